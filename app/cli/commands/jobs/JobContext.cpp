#include "app/cli/commands/jobs/JobContext.h"

#include "core/profile/ProfileServices.h"
#include "core/signing/job/JobJson.h"
#include "core/signing/job/JobTransitions.h"
#include "core/signing/store/JobCatalog.h"

namespace countersign::cli {

void JobContext::open(Invocation& invocation,
                      const std::function<void(const std::shared_ptr<JobContext>&)>& work)
{
    ProfileSession::open(invocation, [&invocation, work](const std::shared_ptr<ProfileSession>& session) {
        auto context = std::make_shared<JobContext>();
        context->session = session;
        context->desk = std::make_unique<JobDesk>(
            signingServicesOf(session->sharedVault(), session->database(), session->clock()));
        if (auto recovered = context->desk->recover(); !recovered) {
            return invocation.fail(recovered.error());
        }
        work(context);
    });
}

void JobContext::prepareAndFinish(Invocation& invocation, const std::shared_ptr<JobContext>& context,
                                  const Job& job)
{
    if (!waitsForOperator(job.state)) {
        return invocation.finish(jobToJson(job));
    }
    context->desk->prepare(job.jobId, false, [&invocation, context, job](const Result<Job>& prepared) {
        if (!prepared) {
            invocation.terminal().message(prepared.error());
        }
        invocation.finish(jobToJson(prepared ? *prepared : job));
    });
}

Result<Job> JobContext::jobMeant(const Invocation& invocation) const
{
    return JobCatalog(session->database()).find(invocation.arguments().positionals().first().toStdString());
}

}  // namespace countersign::cli
