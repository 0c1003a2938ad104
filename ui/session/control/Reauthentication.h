#pragma once

#include "core/base/Clock.h"
#include "core/base/PendingCall.h"
#include "core/base/SecretBytes.h"

#include <QObject>

namespace countersign {

/// Asks whoever sits here to show once more that they may, before something that cannot be undone: the
/// profile may have been left unlocked. The profile's key is opened anew, from the passphrase, or from the
/// keychain's item where there is none. Wrong ones cost the time of a key derivation and nothing else.
class Reauthentication : public QObject
{
    Q_OBJECT

public:
    /// That it was shown, and when. Nobody else can make one, so what asks for it cannot be called without.
    class Grant
    {
    public:
        static constexpr UnixMillis goodFor = 120'000;
        bool isGoodAt(UnixMillis now) const { return now >= m_at && now - m_at <= goodFor; }

    private:
        friend class Reauthentication;
        explicit Grant(UnixMillis at) : m_at(at) {}
        UnixMillis m_at;
    };

    using QObject::QObject;

    /// False: the keychain is asked, and nothing is to be typed.
    virtual bool asksForPassphrase() const = 0;
    /// passphrase is empty where none is asked for. WrongPassphrase, KeychainUnavailable, NotFound, Locked.
    /// Under the rules of JobControl.
    virtual void verify(QObject* context, SecretBytes passphrase, Callback<Grant> done) = 0;

Q_SIGNALS:
    /// The profile was locked: what was typed is over, and what was asked is not answered.
    void forgotten();

protected:
    static Grant grantAt(UnixMillis at) { return Grant(at); }
};

}  // namespace countersign
