#include "core/signing/job/JobJson.h"

#include "core/base/encoding/Base58.h"
#include "core/base/encoding/Base64.h"
#include "core/base/encoding/Hex.h"

namespace countersign {

std::string signatureText(const Job& job)
{
    if (job.signature.empty()) {
        return {};
    }
    return isEvm(job.kind) ? toHexPrefixed(job.signature) : toBase58(job.signature);
}

std::string signedTransactionText(const Job& job)
{
    if (job.signedTransaction.empty()) {
        return {};
    }
    return isEvm(job.kind) ? toHexPrefixed(job.signedTransaction) : toBase64(job.signedTransaction);
}

Json jobToJson(const Job& job)
{
    Json json;
    json["id"] = job.jobId;
    json["state"] = toText(job.state);
    json["wallet"] = job.walletId;
    json["chain"] = job.chain;
    json["address"] = job.address;
    json["kind"] = toText(job.kind);
    // Null as long as something is open: there is nothing yet whose digest it could be.
    json["digest"] = job.digest.empty() ? Json() : Json(toHexPrefixed(job.digest));
    json["broadcast"] = job.broadcast;
    json["reason"] = job.reason;
    json["origin"] = toText(job.origin);
    json["submitter"] = job.submitter.empty() ? Json() : Json(job.submitter);
    json["remark"] = job.claimedSubmitter;
    json["createdAt"] = toIso8601(job.createdAt);
    json["expiresAt"] = toIso8601(job.expiresAt);
    json["stateAt"] = toIso8601(job.stateAt);
    Json resolved = Json::object();
    for (const ResolvedField& field : job.resolved) {
        resolved[field.name] = field.value;
    }
    json["filled"] = std::move(resolved);
    json["engine"] = job.engine ? Json(toText(*job.engine)) : Json();
    json["attempts"] = job.attempts;
    if (!job.operatorReason.empty()) {
        json["operatorReason"] = job.operatorReason;
    }
    return json;
}

Json jobResultToJson(const Job& job)
{
    Json result = Json::object();
    const auto add = [&](const char* name, const std::string& value) {
        if (!value.empty()) {
            result[name] = value;
        }
    };
    add("signature", signatureText(job));
    add("signedTransaction", signedTransactionText(job));
    add("hash", job.hash);
    add("error", job.error);
    return result;
}

Json jobWithResult(const Job& job)
{
    Json whole = jobToJson(job);
    whole.update(jobResultToJson(job));
    return whole;
}

}  // namespace countersign
