#pragma once

#include "core/audit/AuditLog.h"
#include "core/delegation/DelegationMaterial.h"
#include "core/delegation/DelegationRules.h"
#include "core/vault/database/Database.h"

#include <vector>

namespace countersign {

/// A "created" that was verified and read.
struct CreatedDelegation
{
    DelegationPoint point;
    std::string walletId;
    WalletAddress address;
    std::optional<std::string> userId;
    std::int64_t deliveryId = 0;
    UnixMillis receivedAt = 0;  ///< when the relay took it
};

struct RevokedDelegation
{
    DelegationPoint point;
    std::string walletId;
};

struct DelegationOutcome
{
    enum class Effect {
        Current,          ///< the wallet's delegation now, usable or not
        Revoked,          ///< a revocation took effect, or waits for a delegation that is still to come
        Stale,            ///< older than what is known, or revoked before it came
        AddressConflict,  ///< the wallet is known with another address; nothing was written
    };
    Effect effect = Effect::Stale;
    /// Events whose material is gone with this one: the ciphertexts in their deliveries must go too.
    std::vector<std::string> ended;
};

/// Material of a wallet's current delegation, for signing and for checks at Dynamic.
struct OpenedMaterial
{
    SecretBytes share;         ///< the whole decrypted share object, byte for byte
    SecretBytes walletApiKey;  ///< UTF-8
    std::string eventId;
};

/// The write side of the delegated wallets' tables. Events become rows by DelegationRules, inside the
/// transaction of the caller (which stores the delivery with it), and ended material is overwritten in the
/// same transaction.
class DelegationStore
{
public:
    explicit DelegationStore(Database& database) : m_database(database) {}

    /// Both only inside an open transaction. The same event again (a retry with another key) replaces what it
    /// brought before.
    Result<DelegationOutcome> applyCreated(const CreatedDelegation& created,
                                           const DelegationMaterial& material);
    Result<DelegationOutcome> applyRevoked(const RevokedDelegation& revoked);

    struct EndHere
    {
        std::string walletId;
        std::string eventId;         ///< the delegation that is to end
        UnixMillis delegatedAt = 0;  ///< of it, by the sender's clock
        std::string revocationId;    ///< why
        UnixMillis coversUntil = 0;  ///< by the sender's clock: what was made until then is over, too
        /// That share set alone ended, and nothing else of the wallet; coversUntil does not count then.
        std::optional<std::string> onlyShareSet = {};
        UnixMillis now = 0;
    };
    /// Only inside an open transaction. This console ended the delegation (RevocationRunner): its material is
    /// overwritten, whatever the wallet's row says, and a tombstone stays. A delegation that was made after
    /// coversUntil is left alone. The same again changes nothing.
    Result<DelegationOutcome> endHere(const EndHere& order);

    /// Whether a delegation of this wallet that was made at this point is over by what is known: a newer one
    /// came, or a revocation covers it. It need not have been taken here.
    Result<bool> isOver(std::string_view walletId, const DelegationPoint& created);

    /// The event that brought the wallet's usable delegation. NotFound when there is none: revoked,
    /// superseded or not decryptable.
    Result<std::string> currentEvent(std::string_view walletId);
    /// Dynamic knows the wallet with this address: its health is "ok" from now on, if it was unconfirmed.
    Status confirm(std::string_view walletId);
    /// Whether setHealth would change anything: the wallet can be used, and its health is another one.
    Result<bool> wouldChange(std::string_view walletId, WalletHealth health);
    /// What Dynamic said of a wallet when it was asked (WalletVerifier), for wallets that can be used: what a
    /// delegation is worth by itself (undecryptable, revoked) is not for anybody's answer to change. Only
    /// inside an open transaction, behind its entry in the record. detail: English, no secret.
    Status setHealth(std::string_view walletId, WalletHealth health, std::string_view detail);

    /// Outside a transaction. Writes the audit entry "material.opened" (with purpose, e.g. "sign") first: no
    /// record, no material. NotFound when the wallet has no usable delegation (also when it ended while the
    /// entry was written), Locked when locked.
    Result<OpenedMaterial> open(std::string_view walletId, std::string_view purpose, const Vault& vault,
                                AuditLog& audit);

private:
    struct Row;
    struct Boxes
    {
        std::string eventId;
        Bytes share;
        Bytes walletApiKey;
    };
    Result<Boxes> boxes(std::string_view walletId);
    bool isBeingRevoked(std::string_view walletId);
    std::optional<Row> wallet(std::string_view walletId);
    DelegationState state(std::string_view walletId, const std::optional<Row>& row);
    std::int64_t record(const CreatedDelegation& created, const DelegationMaterial& material,
                        std::string_view state, std::optional<UnixMillis> endedAt);
    void endEvent(std::string_view walletId, std::string_view eventId, UnixMillis at);
    void bury(std::string_view walletId, const DelegationPoint& revoked);
    void end(std::int64_t delegationId, std::string_view state, UnixMillis at);
    void writeWallet(const CreatedDelegation& created, const DelegationState& state,
                     const DelegationMaterial& material, bool alive, std::int64_t delegationId);
    void noteEvent(std::string_view walletId, UnixMillis at, std::string_view name);

    Database& m_database;
};

}  // namespace countersign
