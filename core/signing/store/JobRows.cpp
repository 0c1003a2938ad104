#include "core/signing/store/JobRows.h"

#include "core/vault/database/Rows.h"

namespace countersign {

const char* const jobColumns =
    "SELECT id, job_id, origin, submitter, remark, wallet_id, chain, address, kind, document, broadcast, "
    "reason, created_at, expires_at, state, state_at, prepared, filled, filled_at, digest, engine, attempts, "
    "room_id, signature, signed_transaction, hash, error, error_detail, operator_reason, approved_from FROM "
    "job ";

namespace {

std::vector<ResolvedField> resolvedFrom(const std::string& text)
{
    std::vector<ResolvedField> resolved;
    const auto json = parseJson(text, {.maxBytes = 16 * 1024, .maxDepth = 2, .maxValues = 100});
    if (!json || !json->is_array()) {
        return resolved;
    }
    for (const Json& field : *json) {
        const auto name = requiredString(field, "name");
        const auto value = requiredString(field, "value");
        if (name && value) {
            resolved.push_back({*name, *value});
        }
    }
    return resolved;
}

}  // namespace

std::string resolvedToJson(const std::vector<ResolvedField>& resolved)
{
    Json json = Json::array();
    for (const ResolvedField& field : resolved) {
        json.push_back(Json{{"name", field.name}, {"value", field.value}});
    }
    return dumpJson(json);
}

Job jobFrom(SQLite::Statement& row)
{
    Job job;
    int column = 0;
    const auto text = [&] { return row.getColumn(column++).getString(); };
    const auto number = [&] { return row.getColumn(column++).getInt64(); };
    const auto blob = [&] { return blobOf(row.getColumn(column++)); };
    job.id = number();
    job.jobId = text();
    job.origin = jobOriginFrom(text()).value_or(JobOrigin::Relay);
    job.submitter = text();
    job.claimedSubmitter = text();
    job.walletId = text();
    job.chain = text();
    job.address = text();
    job.kind = jobKindFrom(text()).value_or(JobKind::EvmMessage);
    job.document = blob();
    job.broadcast = number() != 0;
    job.reason = text();
    job.createdAt = number();
    job.expiresAt = number();
    job.state = jobStateFrom(text()).value_or(JobState::Blocked);
    job.stateAt = number();
    job.prepared = blob();
    job.resolved = resolvedFrom(text());
    job.resolvedAt = number();
    job.digest = blob();
    job.engine = engineKindFrom(text());
    job.attempts = static_cast<int>(number());
    job.roomId = text();
    job.signature = blob();
    job.signedTransaction = blob();
    job.hash = text();
    job.error = text();
    job.errorDetail = text();
    job.operatorReason = text();
    job.approvedFrom = jobStateFrom(text()).value_or(JobState::Interrupted);
    return job;
}

}  // namespace countersign
