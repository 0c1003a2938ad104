#include "core/signing/job/JobDocument.h"

#include "core/base/encoding/Hex.h"
#include "core/crypto/primitives/Sha256.h"

#include <QCoreApplication>

#include <algorithm>
#include <array>

namespace countersign {

namespace {

struct JobDocumentText
{
    Q_DECLARE_TR_FUNCTIONS(JobDocumentText)
};

constexpr std::size_t maxWalletCharacters = 128;
constexpr std::size_t maxTextBytes = 4096;
constexpr std::size_t maxDomainCharacters = 255;
constexpr std::array<std::string_view, 8> members = {"wallet", "kind",      "payload",   "broadcast",
                                                     "reason", "expiresAt", "submitter", "domain"};

tl::unexpected<Error> refusedDocument(const QString& detail)
{
    return failure(ErrorCode::InvalidInput, JobDocumentText::tr("The job is refused: %1.").arg(detail));
}

Result<std::string> shortText(const Json& json, const char* member)
{
    const auto text = optionalString(json, member);
    if (!text || text->value_or(std::string()).size() > maxTextBytes) {
        return refusedDocument(
            JobDocumentText::tr("\"%1\" is no text of at most 4096 bytes").arg(QLatin1String(member)));
    }
    return text->value_or(std::string());
}

Status checkMembers(const Json& json)
{
    for (const auto& [name, value] : json.items()) {
        if (std::find(members.begin(), members.end(), name) == members.end()) {
            return refusedDocument(JobDocumentText::tr("the member \"%1\" is not known")
                                       .arg(QString::fromStdString(name).left(64)));
        }
    }
    return {};
}

Status readWalletAndKind(const Json& json, JobDocument& document)
{
    const auto wallet = requiredString(json, "wallet");
    if (!wallet || wallet->empty() || wallet->size() > maxWalletCharacters) {
        return refusedDocument(JobDocumentText::tr("\"wallet\" has to be a wallet id or an address"));
    }
    const auto kind = requiredString(json, "kind");
    const auto known = kind ? jobKindFrom(*kind) : std::nullopt;
    if (!known) {
        return refusedDocument(JobDocumentText::tr(
            "\"kind\" has to be evm.message, evm.typedData, evm.transaction, solana.message or "
            "solana.transaction"));
    }
    document.wallet = *wallet;
    document.kind = *known;
    return {};
}

Status readBroadcast(const Json& json, JobDocument& document)
{
    const auto broadcast = json.find("broadcast");
    if (broadcast == json.end() || broadcast->is_null()) {
        return {};
    }
    if (!broadcast->is_boolean()) {
        return refusedDocument(JobDocumentText::tr("\"broadcast\" has to be true or false"));
    }
    document.broadcast = broadcast->get<bool>();
    if (document.broadcast && !isTransaction(document.kind)) {
        return refusedDocument(JobDocumentText::tr("only a transaction can be broadcast"));
    }
    return {};
}

Status readExpiry(const Json& json, JobDocument& document)
{
    const auto text = optionalString(json, "expiresAt");
    if (!text) {
        return refusedDocument(
            JobDocumentText::tr("\"expiresAt\" has to be a time like 2026-01-31T12:00:00Z"));
    }
    if (*text) {
        document.expiresAt = fromIso8601(**text);
        if (!document.expiresAt) {
            return refusedDocument(
                JobDocumentText::tr("\"expiresAt\" has to be a time like 2026-01-31T12:00:00Z"));
        }
    }
    return {};
}

}  // namespace

std::string jobIdOf(BytesView document)
{
    return toHex(sha256(document));
}

Result<JobDocument> parseJobDocument(BytesView bytes)
{
    if (bytes.size() > jobDocumentMaxBytes) {
        return refusedDocument(
            JobDocumentText::tr("it is longer than %1 KiB").arg(jobDocumentMaxBytes / 1024));
    }
    const auto json = parseJsonKeepingIntegers(
        asText(bytes), {.maxBytes = jobDocumentMaxBytes, .maxDepth = 160, .maxValues = 200'000});
    if (!json) {
        return failure(ErrorCode::InvalidInput,
                       JobDocumentText::tr("The job is refused: it is not valid JSON."), json.error().detail);
    }
    if (!json->is_object()) {
        return refusedDocument(JobDocumentText::tr("it is not a JSON object"));
    }
    JobDocument document;
    for (const auto& step : {checkMembers(*json), readWalletAndKind(*json, document),
                             readBroadcast(*json, document), readExpiry(*json, document)}) {
        if (!step) {
            return failure(step.error());
        }
    }
    const auto payload = json->find("payload");
    if (payload == json->end() || !payload->is_object()) {
        return refusedDocument(JobDocumentText::tr("\"payload\" has to be an object"));
    }
    document.payload = *payload;
    ASSIGN_OR_RETURN(const auto reason, shortText(*json, "reason"));
    ASSIGN_OR_RETURN(const auto submitter, shortText(*json, "submitter"));
    ASSIGN_OR_RETURN(const auto domain, shortText(*json, "domain"));
    if (domain.size() > maxDomainCharacters) {
        return refusedDocument(JobDocumentText::tr("\"domain\" is longer than a domain can be"));
    }
    document.reason = reason;
    document.submitter = submitter;
    document.domain = domain;
    return document;
}

}  // namespace countersign
