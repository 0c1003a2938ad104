#include "ui/session/adapters/SessionReauthentication.h"

#include "core/base/ThreadCall.h"
#include "ui/session/worker/MarshalToThread.h"

namespace countersign {

void SessionReauthentication::verify(QObject* context, SecretBytes passphrase, Callback<Grant> done)
{
    auto answer = marshalToThread<void>(
        this, context, [&clock = m_clock, done = std::move(done)](const Status& status) {
            done(status ? Result<Grant>(grantAt(clock.now())) : failure(status.error()));
        });
    // A functor that can be copied is needed for the way to the other thread.
    auto secret = std::make_shared<SecretBytes>(std::move(passphrase));
    callOnThread(&m_worker, [worker = &m_worker, secret, answer = std::move(answer)] {
        worker->verify(std::move(*secret), answer);
    });
}

}  // namespace countersign
