#include "core/signing/statement/RejectedJobs.h"

#include "core/audit/AuditLog.h"
#include "core/policy/approvals/ApprovalStore.h"
#include "core/policy/operators/OperatorRegister.h"

#include <QCoreApplication>

#include <algorithm>

namespace countersign {

namespace {

struct RejectedJobsText
{
    Q_DECLARE_TR_FUNCTIONS(RejectedJobsText)
};

}  // namespace

Status refuseIfRejected(const SigningServices& parts, const std::string& jobId, ErrorCode code)
{
    ASSIGN_OR_RETURN(const auto stored, ApprovalStore(*parts.database).ofJob(jobId));
    const auto isRejection = [](const StoredApproval& one) {
        return one.approval.statement.decision == ApprovalDecision::Reject;
    };
    if (std::ranges::none_of(stored.approvals, isRejection)) {
        return {};
    }
    AuditLog audit(*parts.database, *parts.vault, *parts.clock);
    const OperatorRegister operators(*parts.database, *parts.vault, audit, *parts.clock);
    ASSIGN_OR_RETURN(const auto registered, operators.everybody());
    for (const StoredApproval& one : stored.approvals) {
        const auto who =
            std::ranges::find(registered, one.approval.statement.operatorKey, &Operator::publicKey);
        if (isRejection(one) && who != registered.end()) {
            return failure(
                code,
                RejectedJobsText::tr("The operator %1 rejected this job, so it is not signed. Reject it "
                                     "here, too; ask for a new one if it is still wanted.")
                    .arg(QString::fromStdString(who->name)),
                QString::fromStdString(jobId));
        }
    }
    return {};
}

}  // namespace countersign
