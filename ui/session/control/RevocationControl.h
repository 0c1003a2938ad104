#pragma once

#include "ui/session/RevocationPreview.h"
#include "ui/session/control/Reauthentication.h"

namespace countersign {

/// One revocation in a list.
struct RevocationSummary
{
    std::string id;
    std::string reason;
    bool localFirst = false;
    UnixMillis startedAt = 0;
    UnixMillis endedAt = 0;  ///< 0: it goes on
    std::int64_t wallets = 0;
    std::int64_t revoked = 0;
    std::int64_t absent = 0;
    std::int64_t refused = 0;
    std::int64_t pending = 0;  ///< held ones are among them
    std::string waitsFor;      ///< why, of the first that waits
    /// When Dynamic is asked again: behind the longest pause of any wallet, for a pause is the environment's
    /// (0: with the next attempt).
    UnixMillis tryAfter = 0;
    std::int64_t held = 0;
    /// Of Dynamic's answer; what is settled there may still have something to be done here.
    std::int64_t waiting() const { return pending - held; }
    std::vector<RevocationItem> firstHeld;  ///< at most mostHeldNamed
    std::optional<Error> damage;            ///< its rows are not as they were written: nothing of it is known

    static constexpr std::size_t mostHeldNamed = 4;
    static RevocationSummary of(const Revocation& revocation);
};

/// What was begun.
struct RevocationBegun
{
    QString id;          ///< empty where nothing new was to be ended
    QStringList goesOn;  ///< earlier ones of the same wallets

    /// In the order of revocationsOf(): the one that matters most is the last.
    QStringList all() const { return id.isEmpty() ? goesOn : goesOn + QStringList(id); }
};

/// The GUI's asynchronous interface for ending delegations, under the rules of JobControl. What is begun goes
/// on by itself, whether or not anybody looks at it, also behind the next unlock. What is read was checked
/// against the vault's codes, so it can be read while the profile is unlocked only.
class RevocationControl : public QObject
{
    Q_OBJECT

public:
    using RevocationPtr = std::shared_ptr<const Revocation>;
    using Summaries = std::vector<RevocationSummary>;

    struct Order
    {
        std::string reason;       ///< 1 to RevocationRequest::mostReasonBytes bytes of UTF-8
        bool localFirst = false;  ///< destroyed here without waiting for Dynamic
        /// Whether Dynamic refuses to sign is tried when it is over; for at most
        /// RevocationRequest::mostWalletsToCheck.
        bool checkAfterwards = false;
    };
    struct Proof
    {
        std::string envelope;  ///< signed, to be checked offline (core/revocation/proof/RevocationProof.h)
        std::string page;      ///< the same as HTML, to be printed
    };

    using QObject::QObject;

    /// The profile is unlocked, and there is something that carries revocations out.
    virtual bool isReady() const = 0;
    /// A dry run: nothing is sent, changed or recorded. onlyShareSet: of the one wallet, that set alone.
    virtual void plan(QObject* context, const WalletSelection& selection,
                      const std::optional<std::string>& onlyShareSet,
                      Callback<RevocationPreviewPtr> done) = 0;
    /// Begins what the preview says, and carries it out as far as it goes. Denied: the grant is too old.
    virtual void begin(QObject* context, RevocationPreviewPtr preview, const Order& order,
                       const Reauthentication::Grant& grant, Callback<RevocationBegun> done) = 0;
    /// A wallet that was delegated again keeps its new delegation (RevocationSteps::release).
    virtual void release(QObject* context, const QString& revocationId, const QString& walletId,
                         Callback<void> done) = 0;
    virtual void load(QObject* context, const QString& revocationId, Callback<RevocationPtr> done) = 0;
    enum class Which { All, GoingOn };
    /// Newest first.
    virtual void list(QObject* context, Which which, Callback<Summaries> done) = 0;
    /// Everything that waits is tried now; a pause that Dynamic asked for is kept.
    virtual void resume() = 0;
    virtual void proof(QObject* context, const QString& revocationId, Callback<Proof> done) = 0;

Q_SIGNALS:
    void readyChanged();
    /// Something of it is different.
    void changed(const QString& revocationId);
};

}  // namespace countersign
