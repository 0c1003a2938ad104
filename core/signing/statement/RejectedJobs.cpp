#include "core/signing/statement/RejectedJobs.h"

#include "core/audit/AuditLog.h"
#include "core/policy/approvals/ApprovalStore.h"
#include "core/policy/operators/OperatorRegister.h"
#include "core/signing/statement/JobRecord.h"

#include <QCoreApplication>

#include <algorithm>

namespace countersign {

namespace {

struct RejectedJobsText
{
    Q_DECLARE_TR_FUNCTIONS(RejectedJobsText)
};

tl::unexpected<Error> rejectedBy(const std::string& name, const std::string& jobId, ErrorCode code)
{
    return failure(code,
                   RejectedJobsText::tr("The operator %1 rejected this job, so it is not signed. Reject it "
                                        "here, too; ask for a new one if it is still wanted.")
                       .arg(QString::fromStdString(name)),
                   QString::fromStdString(jobId));
}

}  // namespace

Status refuseIfRejected(const SigningServices& parts, const std::string& jobId, ErrorCode code)
{
    AuditLog audit(*parts.database, *parts.vault, *parts.clock);
    const OperatorRegister operators(*parts.database, *parts.vault, audit, *parts.clock);
    ASSIGN_OR_RETURN(const auto registered, operators.everybody());
    if (registered.empty()) {
        return {};
    }
    return inSnapshot(*parts.database, [&]() -> Status {
        ASSIGN_OR_RETURN(const auto recorded, JobRecord::read(*parts.database, *parts.vault, jobId));
        ASSIGN_OR_RETURN(const auto stored, ApprovalStore(*parts.database).ofJob(jobId));
        for (const StoredApproval& one : stored.approvals) {
            const ApprovalStatement& statement = one.approval.statement;
            const auto who = std::ranges::find(registered, statement.operatorKey, &Operator::publicKey);
            if (statement.decision == ApprovalDecision::Reject && who != registered.end()) {
                return rejectedBy(who->name, jobId, code);
            }
        }
        return recorded.checkStatements(stored.approvals, registered, parts.clock->now());
    });
}

}  // namespace countersign
