#include "ui/session/adapters/SessionFreeze.h"

#include <utility>

namespace countersign {

namespace {

template <typename T>
void refuseLater(QObject* context, Callback<T> done, const Error& error)
{
    QMetaObject::invokeMethod(
        context, [done = std::move(done), error] { done(failure(error)); }, Qt::QueuedConnection);
}

}  // namespace

Status SessionFreeze::checkGrant(const Reauthentication::Grant& grant) const
{
    return grant.isGoodAt(m_clock.now())
               ? Status()
               : failure(ErrorCode::Denied, tr("Too much time has passed. Authenticate once more."));
}

void SessionFreeze::freeze(QObject* context, const std::string& reason, const Reauthentication::Grant& grant,
                           Callback<void> done)
{
    if (const Status granted = checkGrant(grant); !granted) {
        return refuseLater<void>(context, std::move(done), granted.error());
    }
    // Whatever is shown: it may be old, or the sentence of a state that nobody vouches for. The first stays.
    m_record.freeze(context, QString::fromStdString(reason), std::move(done));
}

void SessionFreeze::freezeInbox(QObject* context, const std::string& reason,
                                const Reauthentication::Grant& grant, Callback<InboxTold> done)
{
    if (const Status granted = checkGrant(grant); !granted) {
        return refuseLater<InboxTold>(context, std::move(done), granted.error());
    }
    m_record.freezeInbox(context, QString::fromStdString(reason), std::move(done));
}

}  // namespace countersign
