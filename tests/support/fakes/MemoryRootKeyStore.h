#pragma once

#include "core/vault/keychain/RootKeyStore.h"

#include <QObject>

#include <map>
#include <memory>
#include <optional>
#include <set>

namespace countersign {

/// A fake keychain in memory: tests need one that is there, and one that fails in every way a real one can.
/// Answers through the event loop, as the interface promises.
class MemoryRootKeyStore final : public RootKeyStore
{
public:
    void read(const QString& profileId, ReadCallback done) override
    {
        later([this, profileId, done = std::move(done)] {
            if (fault.has_value()) {
                done(failure(ErrorCode::KeychainUnavailable, keychainSentence(*fault)));
            } else if (const auto found = keys.find(profileId); found != keys.end()) {
                done(found->second.clone());
            } else {
                done(failure(ErrorCode::NotFound, QStringLiteral("no such key")));
            }
        });
    }

    void write(const QString& profileId, const SecretBytes& key, DoneCallback done) override
    {
        later([this, profileId, copy = std::make_shared<SecretBytes>(key.clone()), done = std::move(done)] {
            if (fault.has_value()) {
                done(failure(ErrorCode::KeychainUnavailable, keychainSentence(*fault)));
                return;
            }
            keys.insert_or_assign(profileId, std::move(*copy));
            if (afterWrite) {
                afterWrite();
            }
            done({});
        });
    }

    void overwrite(const QString& profileId, const SecretBytes& key, DoneCallback done) override
    {
        overwritten.insert(profileId);
        write(profileId, key, std::move(done));
    }

    void remove(const QString& profileId, DoneCallback done) override
    {
        later([this, profileId, done = std::move(done)] {
            keys.erase(profileId);
            done({});
        });
    }

    void probe(StateCallback done) override
    {
        later([this, done = std::move(done)] { done(fault.value_or(KeychainState::Available)); });
    }

    std::map<QString, SecretBytes> keys;
    std::set<QString> overwritten;       ///< asked to be kept whenever they are written
    std::optional<KeychainState> fault;  ///< what read and write answer instead
    std::function<void()> afterWrite;    ///< runs between the write and its callback

private:
    void later(std::function<void()> work)
    {
        QMetaObject::invokeMethod(&m_context, std::move(work), Qt::QueuedConnection);
    }

    QObject m_context;
};

}  // namespace countersign
