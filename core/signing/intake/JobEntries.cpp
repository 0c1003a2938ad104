#include "core/signing/intake/JobEntries.h"

#include "core/base/encoding/Json.h"
#include "core/base/text/Ascii.h"
#include "core/crypto/envelopes/Dsse.h"
#include "core/inbox/delivery/DeliveryCatalog.h"
#include "core/inbox/statement/StatementEntries.h"
#include "core/signing/intake/JobIntake.h"
#include "core/signing/job/JobDocument.h"
#include "core/signing/store/JobCatalog.h"

#include <QCoreApplication>

#include <algorithm>
#include <array>

namespace countersign {

namespace {

struct JobEntriesText
{
    Q_DECLARE_TR_FUNCTIONS(JobEntriesText)
};

bool isWholeJobId(std::string_view text)
{
    return text.size() == 64 && std::ranges::all_of(text, ascii::isLowerHexDigit);
}

}  // namespace

std::optional<std::string> jobIdOfEntry(std::string_view kind, BytesView body)
{
    if (kind == approvalEntryKind) {
        const auto statement = parseApprovalStatement(body);
        return statement ? std::optional(statement->jobId) : std::nullopt;
    }
    if (kind != jobEntryKind && kind != withdrawalEntryKind) {
        return std::nullopt;
    }
    const auto envelope = parseDsse(asText(body));
    if (!envelope) {
        return std::nullopt;
    }
    if (kind == jobEntryKind) {
        return jobIdOf(envelope->payload);
    }
    const auto json = parseJson(asText(envelope->payload), {.maxBytes = 4096, .maxDepth = 1});
    const auto jobId = json ? requiredString(*json, "jobId") : Result<std::string>(failure(json.error()));
    return jobId && isWholeJobId(*jobId) ? std::optional(*jobId) : std::nullopt;
}

Result<Job> jobOfDelivery(Database& database, std::int64_t deliveryId)
{
    const DeliveryCatalog deliveries(database);
    const std::array ids = {deliveryId};
    ASSIGN_OR_RETURN(const auto rows, deliveries.rows(ids));
    constexpr std::array jobsKinds = {jobEntryKind, withdrawalEntryKind, approvalEntryKind};
    const bool isJobs = !rows.empty() && std::ranges::find(jobsKinds, rows.front().kind) != jobsKinds.end();
    const auto content =
        isJobs ? deliveries.content(deliveryId) : Result<DeliveryContent>(failure(ErrorCode::NotFound, {}));
    const auto jobId = content ? jobIdOfEntry(rows.front().kind, content->body) : std::nullopt;
    if (!jobId) {
        return failure(ErrorCode::NotFound, JobEntriesText::tr("This delivery is about no job."));
    }
    return JobCatalog(database).find(*jobId);
}

}  // namespace countersign
