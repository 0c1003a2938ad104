#include "ui/session/adapters/SessionFreeze.h"

#include <utility>

namespace countersign {

void SessionFreeze::freeze(QObject* context, const std::string& reason, const Reauthentication::Grant& grant,
                           Callback<void> done)
{
    const auto answer = [&](const Status& status) {
        QMetaObject::invokeMethod(
            context, [done, status] { done(status); }, Qt::QueuedConnection);
    };
    if (!grant.isGoodAt(m_clock.now())) {
        return answer(failure(ErrorCode::Denied, tr("Too much time has passed. Authenticate once more.")));
    }
    // Whatever is shown: it may be old, or the sentence of a state that nobody vouches for. The first stays.
    m_record.freeze(context, QString::fromStdString(reason), std::move(done));
}

}  // namespace countersign
