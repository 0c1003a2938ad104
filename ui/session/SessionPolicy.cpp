#include "ui/session/SessionPolicy.h"

namespace countersign {

void SessionPolicy::setReady(bool ready)
{
    if (ready != m_ready) {
        m_ready = ready;
        Q_EMIT readyChanged();
    }
}

QString SessionPolicy::trialObstacle() const
{
    return tr("Policies cannot be tried against the history here yet: countersign-cli policy try.");
}

QString SessionPolicy::changeObstacle() const
{
    return tr("Policies cannot be put in force here yet.");
}

void SessionPolicy::inForce(QObject* context, Callback<std::optional<PolicyInForce>> done)
{
    QMetaObject::invokeMethod(
        context, [done = std::move(done)] { done(std::optional<PolicyInForce>()); }, Qt::QueuedConnection);
}

void SessionPolicy::tryHistory(QObject* context, Bytes /*policy*/, Callback<PolicyTrial> done)
{
    QMetaObject::invokeMethod(
        context,
        [done = std::move(done), obstacle = trialObstacle()] {
            done(failure(ErrorCode::Unsupported, obstacle));
        },
        Qt::QueuedConnection);
}

void SessionPolicy::putInForce(QObject* context, Bytes /*policy*/, const std::string& /*replaces*/,
                               const Reauthentication::Grant& /*grant*/, Callback<void> done)
{
    QMetaObject::invokeMethod(
        context,
        [done = std::move(done), obstacle = changeObstacle()] {
            done(failure(ErrorCode::Unsupported, obstacle));
        },
        Qt::QueuedConnection);
}

}  // namespace countersign
