#include "app/cli/commands/jobs/StatementJson.h"

#include "core/base/encoding/Hex.h"

namespace countersign::cli {

Json statementJson(const ApprovalStatement& statement)
{
    Json json = {{"jobId", statement.jobId},
                 {"operator", toHex(statement.operatorKey)},
                 {"decision", toText(statement.decision)},
                 {"at", toIso8601(statement.at)},
                 {"digest", toHexPrefixed(statement.digest)},
                 {"explanation", statement.explanation},
                 {"policy", statement.policy}};
    if (!statement.reason.empty()) {
        json["reason"] = statement.reason;
    }
    return json;
}

Json statementJson(const CountedApproval& one)
{
    Json json = {{"operator", toHex(one.statement.operatorKey)},
                 {"name", one.name.empty() ? Json() : Json(one.name)},
                 {"decision", toText(one.statement.decision)},
                 {"at", toIso8601(one.statement.at)},
                 {"counts", one.counts()}};
    if (one.why) {
        json["why"] = toText(*one.why);
    }
    if (!one.statement.reason.empty()) {
        json["reason"] = one.statement.reason;
    }
    return json;
}

}  // namespace countersign::cli
