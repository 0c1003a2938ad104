#pragma once

#include "core/base/Result.h"
#include "core/base/SecretBytes.h"

#include <QString>

#include <functional>
#include <utility>

namespace countersign {

/// What a desktop's keychain can be; each has a sentence of its own, because each needs another step of the
/// operator.
enum class KeychainState { Available, Locked, Absent, Denied, TimedOut, NoBus };

/// Asynchronous storage for root keys (interface). The vault needs one 32-byte root key per profile kept by
/// somebody else than the profile's own folder. The operating system's keychain does that
/// (KeychainRootKeyStore); tests of the vault bring their own. Asynchronous, because a keychain may ask its
/// owner for a password or not answer at all. The callbacks run on the thread that called, through its event
/// loop, exactly once, also after a time-out.
class RootKeyStore
{
public:
    using ReadCallback = std::function<void(Result<SecretBytes>)>;
    using DoneCallback = std::function<void(Status)>;
    using StateCallback = std::function<void(KeychainState)>;

    virtual ~RootKeyStore() = default;
    /// NotFound when the keychain works and holds no key for this profile; KeychainUnavailable with the
    /// state's sentence otherwise.
    virtual void read(const QString& profileId, ReadCallback done) = 0;
    /// An item that is new: one that was written after the caller heard of a failure is removed again.
    virtual void write(const QString& profileId, const SecretBytes& key, DoneCallback done) = 0;
    /// An item that may be there already: whatever is written in the end stays, because what was there before
    /// is worth more than none.
    virtual void overwrite(const QString& profileId, const SecretBytes& key, DoneCallback done)
    {
        write(profileId, key, std::move(done));
    }
    virtual void remove(const QString& profileId, DoneCallback done) = 0;
    /// For doctor and the settings page; asks nothing of the operator where that can be avoided.
    virtual void probe(StateCallback done) = 0;
};

/// The sentence for the operator: what is wrong and what to do next.
QString keychainSentence(KeychainState state);

}  // namespace countersign
