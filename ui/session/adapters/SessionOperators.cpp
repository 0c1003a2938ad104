#include "ui/session/adapters/SessionOperators.h"

#include "core/base/ThreadCall.h"
#include "ui/session/worker/StatementWork.h"
#include "ui/session/worker/WorkerChange.h"

namespace countersign {

namespace {

Result<KnownOperators> knownOperators(const SessionWorker& worker)
{
    ASSIGN_OR_RETURN(const auto profile, worker.openProfile());
    AuditLog audit(*profile.database, *profile.vault, *profile.clock);
    const OperatorRegister registered(*profile.database, *profile.vault, audit, *profile.clock);
    const OperatorIdentity identity(*profile.database, *profile.vault, audit, *profile.clock);
    KnownOperators known;
    const auto own = identity.find();
    known.own = own ? *own : std::nullopt;
    known.ownProblem = own ? QString() : own.error().sentence;
    auto operators = registered.operators();
    known.doubt = operators ? QString() : operators.error().sentence;
    if (!operators) {
        operators = OperatorRegister::rows(*profile.database);
    }
    RETURN_IF_ERROR(operators);
    known.registered = *std::move(operators);
    return known;
}

Status checkGrant(const Reauthentication::Grant& grant, UnixMillis now)
{
    if (!grant.isGoodAt(now)) {
        return failure(
            ErrorCode::Denied,
            SessionOperators::tr("It is too long ago that you confirmed who you are. Confirm it anew."));
    }
    return {};
}

}  // namespace

SessionOperators::SessionOperators(SessionWorker& worker, const Clock& clock, QObject* parent)
    : OperatorControl(parent), m_worker(worker), m_clock(clock)
{}

void SessionOperators::setReady(bool ready)
{
    if (ready != m_ready) {
        m_ready = ready;
        Q_EMIT readyChanged();
    }
}

void SessionOperators::read(QObject* context, Callback<KnownOperators> done)
{
    const auto answer = marshalToThread<KnownOperators>(this, context, std::move(done));
    callOnThread(&m_worker, [worker = &m_worker, answer] { answer(knownOperators(*worker)); });
}

void SessionOperators::create(QObject* context, const QString& name, Callback<OwnOperator> done)
{
    // Written by the session's thread before it is read here.
    const auto made = std::make_shared<OwnOperator>();
    changeOnWorker(
        this, context, m_worker,
        [name = name.toStdString(), made](SessionWorker& worker) {
            return worker.changeOperators([&](OperatorRegister&, OperatorIdentity& identity) -> Status {
                ASSIGN_OR_RETURN(*made, identity.create(name));
                return {};
            });
        },
        [made, done = std::move(done)](const Status& status) {
            done(status ? Result<OwnOperator>(*made) : failure(status.error()));
        },
        [this] { Q_EMIT changed(); });
}

void SessionOperators::add(QObject* context, const Operator& one, const Reauthentication::Grant& grant,
                           Callback<void> done)
{
    changeOnWorker(
        this, context, m_worker,
        [one, grant, clock = &m_clock](SessionWorker& worker) -> Status {
            RETURN_IF_ERROR(checkGrant(grant, clock->now()));
            return worker.changeOperators([&](OperatorRegister& registered, OperatorIdentity&) -> Status {
                RETURN_IF_ERROR(registered.add(one.name, one.publicKey, one.groups));
                return {};
            });
        },
        std::move(done), [this] { Q_EMIT changed(); });
}

void SessionOperators::remove(QObject* context, const QString& name, const Reauthentication::Grant& grant,
                              Callback<void> done)
{
    changeOnWorker(
        this, context, m_worker,
        [name = name.toStdString(), grant, clock = &m_clock](SessionWorker& worker) -> Status {
            RETURN_IF_ERROR(checkGrant(grant, clock->now()));
            return worker.changeOperators([&](OperatorRegister& registered, OperatorIdentity&) -> Status {
                RETURN_IF_ERROR(registered.remove(name));
                return {};
            });
        },
        std::move(done), [this] { Q_EMIT changed(); });
}

void SessionOperators::openJobsWith(QObject* context, const ed25519::PublicKey& key, Callback<int> done)
{
    const auto answer = marshalToThread<int>(this, context, std::move(done));
    callOnThread(&m_worker, [worker = &m_worker, key, answer] {
        const StatementWork* statements = worker->statements();
        answer(statements != nullptr
                   ? statements->openJobsWith(key)
                   : failure(ErrorCode::Locked, tr("The profile is locked. Unlock it, then try again.")));
    });
}

}  // namespace countersign
