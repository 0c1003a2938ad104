#include "ui/session/adapters/SessionPolicy.h"

#include "core/base/ThreadCall.h"
#include "core/base/process/OutputFile.h"
#include "core/policy/store/PolicyStore.h"
#include "core/signing/policy/PolicyBackTest.h"
#include "core/vault/database/BackgroundWork.h"
#include "ui/approvals/StandingText.h"
#include "ui/session/worker/StatementFile.h"
#include "ui/session/worker/WorkerChange.h"
#include "ui/text/JobText.h"
#include "ui/text/OperatorText.h"
#include "ui/text/VisibleText.h"

namespace countersign {

namespace {

using IsOver = std::shared_ptr<std::atomic<bool>>;

Result<std::optional<PolicyInForce>> policyInForce(const SessionWorker& worker)
{
    ASSIGN_OR_RETURN(const auto profile, worker.openProfile());
    AuditLog audit(*profile.database, *profile.vault, *profile.clock);
    const PolicyStore store(*profile.database, *profile.vault, audit, *profile.clock);
    ASSIGN_OR_RETURN(auto stored, store.inForce());
    if (!stored) {
        return std::optional<PolicyInForce>();
    }
    return std::optional(PolicyInForce{.bytes = std::move(stored->bytes),
                                       .sha256 = stored->row.sha256,
                                       .name = stored->row.name,
                                       .setAt = stored->row.setAt});
}

/// Whether it would not simply have been signed with one approval.
bool isTold(const BackTestedJob& tested)
{
    return !tested.decision || tested.decision->block || tested.decision->approvals.count > 1;
}

PolicyTrial::Line trialLine(const BackTestedJob& tested)
{
    return {.jobId = tested.jobId,
            .at = tested.at,
            .had = stateText(tested.had).word,
            .would = tested.decision ? decisionText(*tested.decision) : tested.decision.error().sentence,
            .rule = tested.decision ? tested.decision->rule.value_or(std::string()) : std::string()};
}

/// On a thread of its own.
Result<PolicyTrial> policyTrial(SigningServices services, const ProfilePaths& paths, const Bytes& bytes,
                                const IsOver& isOver)
{
    ASSIGN_OR_RETURN(auto policy, parsePolicy(bytes));
    ASSIGN_OR_RETURN(const auto database, Database::open(paths.database(), Database::Mode::ReadOnly));
    services.database = database.get();
    PolicyTrial trial;
    const auto take = [&trial](const BackTestedJob& tested) {
        if (isTold(tested) && trial.lines.size() < PolicyTrial::mostLines) {
            trial.lines.push_back(trialLine(tested));
        }
    };
    ASSIGN_OR_RETURN(const BackTestSummary summary,
                     PolicyBackTest(services, std::make_shared<const PolicyDocument>(std::move(policy)))
                         .run(take, [&isOver](std::size_t) { return !*isOver; }));
    trial.jobs = summary.jobs;
    trial.blocked = summary.blocked;
    trial.secondApproval = summary.secondApproval;
    trial.unreadable = summary.unreadable;
    return trial;
}

Status checkGrant(const Reauthentication::Grant& grant, const Clock& clock)
{
    if (!grant.isGoodAt(clock.now())) {
        return failure(
            ErrorCode::Denied,
            SessionPolicy::tr("It is too long ago that you confirmed who you are. Confirm it anew."));
    }
    return {};
}

Result<std::vector<PolicyChangeStatement>> statementsIn(const QStringList& files)
{
    std::vector<PolicyChangeStatement> statements;
    for (const QString& name : files) {
        ASSIGN_OR_RETURN(const std::string envelope, statementFile(name));
        ASSIGN_OR_RETURN(auto change, readPolicyChange(envelope));
        statements.push_back(std::move(change.statement));
    }
    return statements;
}

Result<PolicyChangeStanding> standingOfChange(const SessionWorker& worker, const Bytes& policy,
                                              const QStringList& files)
{
    ASSIGN_OR_RETURN(const auto profile, worker.openProfile());
    AuditLog audit(*profile.database, *profile.vault, *profile.clock);
    const PolicyStore store(*profile.database, *profile.vault, audit, *profile.clock);
    ASSIGN_OR_RETURN(const auto parsed, parsePolicy(policy));
    ASSIGN_OR_RETURN(const auto statements, statementsIn(files));
    ASSIGN_OR_RETURN(const auto count, store.changeTo(parsed.sha256, statements));
    PolicyChangeStanding standing{.have = count.have, .need = count.need, .lines = {}};
    for (const CountedPolicyChange& one : count.statements) {
        standing.lines.push_back({.who = one.name.empty()
                                             ? SessionPolicy::tr("An operator who is not registered")
                                             : visibleText(one.name),
                                  .why = one.why ? changeDoubtText(*one.why) : QString()});
    }
    return standing;
}

}  // namespace

SessionPolicy::SessionPolicy(SessionWorker& worker, const Clock& clock, QObject* parent)
    : PolicyControl(parent),
      m_worker(worker),
      m_clock(clock),
      m_isOver(std::make_shared<std::atomic<bool>>(false))
{}

SessionPolicy::~SessionPolicy()
{
    *m_isOver = true;
}

void SessionPolicy::setReady(bool ready)
{
    if (ready != m_ready) {
        m_ready = ready;
        if (!ready) {
            *m_isOver = true;
            m_isOver = std::make_shared<std::atomic<bool>>(false);
        }
        Q_EMIT readyChanged();
    }
}

void SessionPolicy::inForce(QObject* context, Callback<std::optional<PolicyInForce>> done)
{
    const auto answer = marshalToThread<std::optional<PolicyInForce>>(this, context, std::move(done));
    callOnThread(&m_worker, [worker = &m_worker, answer] { answer(policyInForce(*worker)); });
}

void SessionPolicy::tryHistory(QObject* context, Bytes policy, Callback<PolicyTrial> done)
{
    const auto answer = marshalToThread<PolicyTrial>(this, context, std::move(done));
    const auto ask = [worker = &m_worker, policy = std::move(policy), isOver = m_isOver, answer] {
        auto services = worker->servicesElsewhere();
        if (!services) {
            return answer(failure(services.error()));
        }
        const auto trial = std::make_shared<Result<PolicyTrial>>();
        runInBackground([services = *std::move(services), paths = worker->paths(), policy, isOver,
                         trial] { *trial = policyTrial(services, paths, policy, isOver); },
                        [trial, answer] { answer(std::move(*trial)); });
    };
    callOnThread(&m_worker, ask);
}

void SessionPolicy::changeStanding(QObject* context, Bytes policy, const QStringList& statements,
                                   Callback<PolicyChangeStanding> done)
{
    const auto answer = marshalToThread<PolicyChangeStanding>(this, context, std::move(done));
    callOnThread(&m_worker, [worker = &m_worker, policy = std::move(policy), statements, answer] {
        answer(standingOfChange(*worker, policy, statements));
    });
}

void SessionPolicy::endorse(QObject* context, Bytes policy, const std::string& replaces, const QString& file,
                            const Reauthentication::Grant& grant, Callback<void> done)
{
    const auto write = [policy = std::move(policy), replaces, file, grant,
                        clock = &m_clock](SessionWorker& worker) -> Status {
        RETURN_IF_ERROR(checkGrant(grant, *clock));
        return worker.changePolicy([&](PolicyStore& store) -> Status {
            ASSIGN_OR_RETURN(const auto parsed, parsePolicy(policy));
            ASSIGN_OR_RETURN(const auto change, store.endorse(parsed.sha256, replaces));
            OutputFile output(file.toStdString());
            RETURN_IF_ERROR(output.open());
            RETURN_IF_ERROR(output.write(asBytes(change.envelope.json)));
            return output.commit();
        });
    };
    changeOnWorker(this, context, m_worker, write, std::move(done), [] {});
}

void SessionPolicy::putInForce(QObject* context, Bytes policy, const std::string& replaces,
                               const QStringList& statements, const Reauthentication::Grant& grant,
                               Callback<void> done)
{
    const auto put = [policy = std::move(policy), replaces, statements, grant,
                      clock = &m_clock](SessionWorker& worker) -> Status {
        RETURN_IF_ERROR(checkGrant(grant, *clock));
        return worker.changePolicy([&](PolicyStore& store) -> Status {
            ASSIGN_OR_RETURN(const auto approved, statementsIn(statements));
            RETURN_IF_ERROR(store.set(policy, approved, replaces));
            return {};
        });
    };
    changeOnWorker(this, context, m_worker, put, std::move(done), [this] { Q_EMIT changed(); });
}

}  // namespace countersign
