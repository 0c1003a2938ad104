#pragma once

#include "core/addressbook/AddressRecorder.h"
#include "core/audit/trust/TrustedSecrets.h"
#include "core/audit/trust/TrustedSettings.h"
#include "core/audit/witness/RecordCounter.h"
#include "core/inbox/Ingestor.h"
#include "core/inbox/source/Feed.h"
#include "core/inspection/InspectionServices.h"
#include "core/revocation/RevocationResumer.h"
#include "core/signing/desk/JobDesk.h"
#include "core/signing/intake/DeskEntries.h"
#include "core/signing/intake/Submitters.h"
#include "core/vault/Vault.h"
#include "core/vault/keychain/RootKeyStore.h"
#include "ui/session/control/InspectionControl.h"
#include "ui/session/control/RecordControl.h"
#include "ui/session/control/SettingsTrust.h"
#include "ui/session/worker/QuarantineWork.h"
#include "ui/session/worker/RelayFollower.h"

#include <QTimer>

#include <functional>
#include <vector>

namespace countersign {

class InspectionRunner;
class JobExplainer;
class OperatorIdentity;
class OperatorRegister;
class PolicyStore;
class StatementWork;

/// What the composition root decides about a session.
struct SessionParts
{
    ProfilePaths paths;
    const Clock* clock = nullptr;
    /// Called on the session's thread.
    std::function<std::shared_ptr<RootKeyStore>()> rootKeys;
    /// Called on the session's thread after unlocking.
    std::function<Result<std::unique_ptr<RelaySource>>(const std::string& url, const std::string& inbox,
                                                       SecretBytes token)>
        relaySource;
    /// Called on the session's thread after unlocking; without it there is no desk and nothing can be
    /// decided.
    std::function<SigningServices(std::shared_ptr<Vault> vault, Database& database, const Clock& clock)>
        jobParts;
    /// The same for revocations that wait; without it nothing is done about them.
    std::function<RevocationServices(std::shared_ptr<Vault> vault, Database& database, const Clock& clock)>
        revocationServices;
    /// The value as it is to be stored, or InvalidInput.
    std::function<Result<std::string>(std::string_view key, std::string_view value)> checkSetting;
    /// For asking Dynamic about wallets and the environment; without it that is never done.
    std::function<InspectionServices(std::shared_ptr<Vault> vault, Database& database, const Clock& clock)>
        inspectionServices;
};

/// The worker object of a session: everything of a profile that may wait (keychain, key derivation, network,
/// RSA, writes) happens on one thread of its own. ProfileSession makes it, moves it there and speaks to it by
/// queued calls only; all its signals arrive queued.
class SessionWorker : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(SessionWorker)

public:
    explicit SessionWorker(SessionParts parts);
    ~SessionWorker() override;

    void open();
    /// An empty passphrase for profiles without one.
    void unlock(SecretBytes passphrase);
    /// A file's content (one trailing newline dropped), "-" for standard input.
    void unlockFromFile(const std::string& file);
    /// The vault is locked when the desk has stopped (JobDesk::stop), which may wait for a signature;
    /// unlocking meanwhile happens after that.
    void lock();
    /// Stops everything, the desk as for lock(), and then the thread's event loop.
    void shutDown();
    /// What is done with quarantine ends with the signals for it below.
    void retry(std::int64_t quarantineId) { m_quarantine.retry(quarantineId); }
    void retryAll() { m_quarantine.retryAll(); }
    /// From any thread.
    void setRetryCancelled(bool cancelled) { m_quarantine.setRetryCancelled(cancelled); }
    void drop(const QuarantineSelection& selection) { m_quarantine.drop(selection); }

    // What follows is for functions that were queued to the worker's thread.

    /// nullptr while the profile is locked, or about to be.
    std::shared_ptr<Vault> unlockedVault() const;
    /// countersign::freezeSigning and unfreezeSigning; Locked while locked.
    Status freezeSigning(const std::string& reason);
    Status unfreezeSigning(const std::string& reason);
    /// nullptr while the profile is locked, or about to be.
    JobDesk* desk() { return isClosing() ? nullptr : m_desk.get(); }
    /// The same.
    RevocationResumer* revocations() { return isClosing() ? nullptr : m_revocations.get(); }
    /// The same.
    InspectionRunner* inspections() { return isClosing() ? nullptr : m_inspections.get(); }
    struct OpenProfile
    {
        std::shared_ptr<Vault> vault;  ///< unlocked
        Database* database = nullptr;  ///< of the worker's thread
        const Clock* clock = nullptr;
    };
    /// Locked while locked, or about to be.
    Result<OpenProfile> openProfile() const;
    const ProfilePaths& paths() const { return m_parts.paths; }
    /// Vault::verify
    void verify(SecretBytes passphrase, Vault::DoneCallback done);
    UnixMillis now() const { return m_parts.clock->now(); }
    /// Nothing before open().
    void tellProfileTo(JobExplainer& explainer) const;
    /// From any thread.
    bool canInspect() const { return static_cast<bool>(m_parts.inspectionServices); }
    Result<std::string> checkSetting(std::string_view key, std::string_view value) const;
    /// What a change may write.
    struct Rows
    {
        TrustedSettings settings;
        Submitters submitters;
        TrustedSecrets secrets;
    };
    /// Runs change in one transaction with its entry in the record: both or neither. Locked while locked.
    Status record(std::string_view kind, std::string_view subject, const Json& detail,
                  const std::function<Status(Rows&)>& change);
    /// Changes the address book, each change with its entry. Locked while locked.
    Status changeAddresses(const std::function<Status(AddressRecorder&)>& change);
    /// Changes whose statements count, each change with its entry. Locked while locked.
    Status changeOperators(const std::function<Status(OperatorRegister&, OperatorIdentity&)>& change);
    /// The same with the policy in force.
    Status changePolicy(const std::function<Status(PolicyStore&)>& change);
    /// For judging jobs on another thread, which brings a database of its own. Locked while locked.
    Result<SigningServices> servicesElsewhere() const;
    /// nullptr while the profile is locked, or about to be, and where there is no desk.
    StatementWork* statements() { return isClosing() ? nullptr : m_statements.get(); }
    /// The one secret of a kind that a profile works with, replaced.
    Status storeSecret(const std::string& kind, const SecretBytes& secret);

Q_SIGNALS:
    void opened(const countersign::ProfileInfo& info);
    void openFailed(const countersign::Error& error);
    void unlocked();
    void unlockFailed(const countersign::Error& error);
    void pageIngested(const countersign::IngestReport& page);
    void contacted();
    void feedFailed(const countersign::Error& error);
    void feedNoticed(const countersign::Error& notice);
    /// After every unlock, and with every change.
    void settingsExamined(const countersign::SettingsTrust& trust);
    /// The folder of descriptors as TrustedSettings has it, empty for none; likewise.
    void descriptorFolderExamined(const QString& folder, const std::optional<countersign::Error>& problem);
    /// After every unlock, and when something of it changes.
    void rollbackExamined(const countersign::RollbackState& rollback);
    /// What this desk's operator said by approving is kept here, and no other desk hears of it.
    void statementNotPosted(const QString& jobId, const QString& why);
    /// Empty: signing is free. Also when another program on the profile changed it.
    void freezeExamined(const QString& sentence);
    void retryProgress(qint64 done, qint64 total);
    void retryFinished(const countersign::IngestReport& report);
    void retryFailed(const countersign::Error& error);
    void dropFinished(const countersign::DropReport& report);
    void dropFailed(const countersign::Error& error);
    /// running: a ceremony or a broadcast of this job is under way.
    void jobChanged(const QString& jobId, bool running);
    void ceremonyProgressed(const QString& jobId, countersign::CeremonyStage stage);
    void broadcastProgressed(const QString& jobId, const countersign::BroadcastProgress& progress);
    void revocationChanged(const QString& revocationId);
    void inspectionChanged(const countersign::InspectionRun& run);
    void inspectionAnswered();

private:
    Status prepare();
    /// Locking waits for the desk: nothing new is begun.
    bool isClosing() const { return !m_whenClosed.empty(); }
    void openDesk();
    void openInspections();
    void openStatements(SigningServices parts);
    void closeDesk(std::function<void()> closed);
    void noteJob(const std::string& jobId);
    void examineSettings();
    void watchRecord();
    void examineFreeze();

    SessionParts m_parts;
    std::shared_ptr<Vault> m_vault;
    std::unique_ptr<Database> m_database;
    std::unique_ptr<DeskEntries> m_entries;  ///< outlives the ingestor that hands entries to it
    std::unique_ptr<Ingestor> m_ingestor;
    std::unique_ptr<JobDesk> m_desk;
    std::unique_ptr<RevocationResumer> m_revocations;  ///< works with the desk
    std::unique_ptr<InspectionRunner> m_inspections;
    std::vector<std::function<void()>> m_whenClosed;  ///< not empty: the desk is stopping
    std::unique_ptr<RecordCounter> m_counter;         ///< while it is unlocked
    QTimer m_watch{this};                             ///< for what other programs do with the profile
    RelayFollower m_feed{this};
    QuarantineWork m_quarantine{this};
    std::unique_ptr<StatementWork> m_statements;
};

}  // namespace countersign
