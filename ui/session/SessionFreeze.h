#pragma once

#include "ui/session/FreezeControl.h"

namespace countersign {

/// Freezing of an open profile. There is none yet: whoever asks is told so, and can still revoke.
class SessionFreeze : public FreezeControl
{
    Q_OBJECT

public:
    using FreezeControl::FreezeControl;

    bool isAvailable() const override { return false; }
    QString obstacle() const override
    {
        return tr("Signing cannot be frozen in this version. Revoking stops it for what is revoked.");
    }
    void freeze(QObject* context, const std::string& /*reason*/, const Reauthentication::Grant& /*grant*/,
                Callback<void> done) override
    {
        QMetaObject::invokeMethod(
            context,
            [done = std::move(done), sentence = obstacle()] {
                done(failure(ErrorCode::Unsupported, sentence));
            },
            Qt::QueuedConnection);
    }
};

}  // namespace countersign
