#pragma once

#include "core/audit/witness/AuditWitness.h"
#include "core/vault/Vault.h"

#include <QObject>
#include <QTimer>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>

namespace countersign {

/// What the record looks like from the keychain.
struct CounterFinding
{
    bool isKept = false;  ///< false: the profile uses no keychain, so only checkpoints tell a rollback
    std::optional<AuditWitness> known;  ///< the entry that the keychain names; nothing when it names none yet
    QString rollback;                   ///< not empty: the profile is older than that
    std::optional<Error> error;         ///< the keychain could not be asked, or the record not be read
};

/// The record's counter: number and hash of a sealed entry, kept in the keychain beside the root key. Whoever
/// can write the profile's folder can put an older copy of all of it in its place, seal included; the
/// keychain lies elsewhere, so it shows. The counter follows the seal and never goes back by itself: it moves
/// behind the entries that it stands for, some seconds later and at the latest with the next unlock, so what
/// came in between is what such a rollback can still take away. Nothing waits for it, and no entry is written
/// for it.
///
/// The keychain is asked on the thread of this object, through its event loop.
class RecordCounter : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(RecordCounter)

public:
    using Examined = std::function<void(const CounterFinding&)>;

    /// rootKeys: the keychain that holds the profile's root key, where it has one. The vault has to stay
    /// unlocked while something is asked.
    RecordCounter(Database& database, const Vault& vault, std::shared_ptr<RootKeyStore> rootKeys,
                  QObject* parent = nullptr);
    ~RecordCounter() override = default;

    /// Compares, and writes nothing.
    void examine(Examined done);
    /// Compares, and moves the counter to the sealed entry where the record has what it names. Of a profile
    /// that was rolled back it stays as it is: the operator has to say that this is meant (accept).
    void advance(Examined done);
    /// Whether the record has grown beyond what was found: asks the database alone.
    bool isBehind(const CounterFinding& finding) const;
    /// Moves it to the sealed entry whatever it names: the record was sealed anew, with a reason.
    void accept(Examined done);
    /// advance() now, and from then on whenever the seal moved, at most once in an interval.
    void follow(std::chrono::milliseconds interval, Examined done);

private:
    Result<std::int64_t> lastSeq() const;
    void moveTo(CounterFinding finding, const Examined& done);
    CounterFinding compared(const Result<SecretBytes>& item) const;
    QString item() const;

    Database& m_database;
    const Vault& m_vault;
    std::shared_ptr<RootKeyStore> m_rootKeys;
    QTimer m_following;
    std::int64_t m_seen = -1;  ///< the last entry when the keychain was asked
    bool m_isBusy = false;
};

}  // namespace countersign
