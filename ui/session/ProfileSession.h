#pragma once

#include "core/base/ThreadCall.h"
#include "core/signing/explanation/JobExplainer.h"
#include "ui/session/Liveness.h"
#include "ui/session/adapters/SessionAddresses.h"
#include "ui/session/adapters/SessionApprovals.h"
#include "ui/session/adapters/SessionDrill.h"
#include "ui/session/adapters/SessionFreeze.h"
#include "ui/session/adapters/SessionInspection.h"
#include "ui/session/adapters/SessionJobs.h"
#include "ui/session/adapters/SessionOperators.h"
#include "ui/session/adapters/SessionPolicy.h"
#include "ui/session/adapters/SessionReauthentication.h"
#include "ui/session/adapters/SessionRecord.h"
#include "ui/session/adapters/SessionRevocations.h"
#include "ui/session/adapters/SessionSettings.h"

#include <QThread>

#include <optional>

namespace countersign {

/// The window's side of an open profile: what state it is in, in the GUI thread's terms, and the few things
/// an operator can ask for. Nothing here waits; SessionWorker does the work on a thread of its own.
class ProfileSession : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ProfileSession)

public:
    enum class State {
        Opening,    ///< not yet known
        NoProfile,  ///< the folder has none
        Broken,     ///< error() says why it cannot be opened
        Locked,     ///< waits for unlock(passphrase)
        Unlocking,
        NotUnlocked,  ///< error() says what the keychain or the database refused; unlock again to retry
        Open,         ///< unlocked, the relay is followed
    };

    explicit ProfileSession(SessionParts parts, QObject* parent = nullptr);
    ~ProfileSession() override;

    /// Reads the profile's facts; unlocks at once when no passphrase is needed, or with the file when one is
    /// given.
    void start(const std::string& passphraseFile = {});
    /// Reads the profile's facts and nothing else: for pictures of the window.
    void startReadingOnly();
    void unlock(SecretBytes passphrase);
    void retryUnlock();
    void lock();
    void retryQuarantined(std::int64_t quarantineId);
    void retryAllQuarantined();
    void cancelRetry();
    void dropQuarantined(const QuarantineSelection& selection);

    State state() const { return m_state; }
    const std::optional<ProfileInfo>& info() const { return m_info; }
    const std::optional<Error>& error() const { return m_error; }
    bool canLock() const { return m_state == State::Open && m_info && m_info->hasPassphrase; }
    bool isRetrying() const { return m_retrying; }
    JobControl& jobs() { return *m_jobs; }
    RevocationControl& revocations() { return *m_revocations; }
    InspectionControl& inspection() { return *m_inspection; }
    FreezeControl& freeze() { return *m_freeze; }
    DrillControl& drill() { return *m_drill; }
    Reauthentication& reauthentication() { return *m_reauthentication; }
    SettingsControl& settings() { return *m_settings; }
    AddressControl& addresses() { return *m_addresses; }
    RecordControl& record() { return *m_record; }
    OperatorControl& operators() { return *m_operators; }
    ApprovalControl& approvals() { return *m_approvals; }
    PolicyControl& policy() { return *m_policy; }
    Liveness& liveness() { return m_liveness; }
    const Clock& clock() const { return m_clock; }
    const ProfilePaths& paths() const { return m_paths; }
    /// From the profile's opening on it explains with what the profile knows. The session's clock outlives
    /// it.
    void tellProfileTo(const std::shared_ptr<JobExplainer>& explainer);

Q_SIGNALS:
    void stateChanged();
    /// The profile's data changed here: views refresh.
    void dataChanged();
    void livenessChanged();
    /// What explains jobs: SessionWorker::descriptorFolderExamined.
    void descriptorFolderExamined(const QString& folder, const std::optional<countersign::Error>& problem);
    void retryingChanged();
    void retryProgress(qint64 done, qint64 total);
    void retryFinished(const countersign::IngestReport& report);
    void retryFailed(const countersign::Error& error);
    void dropFinished(const countersign::DropReport& report);
    void dropFailed(const countersign::Error& error);

private:
    void connectWorker();
    void onOpened(const ProfileInfo& info);
    void setState(State state, std::optional<Error> error = {});
    void setRetrying(bool retrying);
    template <typename Call>
    void post(Call call)
    {
        callOnThread(m_worker, std::move(call));
    }

    ProfilePaths m_paths;
    const Clock& m_clock;
    QThread m_thread;
    SessionWorker* m_worker;
    SessionJobs* m_jobs;  ///< children, so that they outlive the thread that answers them
    SessionRevocations* m_revocations;
    SessionInspection* m_inspection;
    SessionRecord* m_record;
    SessionFreeze* m_freeze;
    SessionReauthentication* m_reauthentication;
    SessionSettings* m_settings;
    State m_state = State::Opening;
    std::optional<ProfileInfo> m_info;
    std::optional<Error> m_error;
    Liveness m_liveness;
    std::string m_passphraseFile;
    bool m_mayUnlock = true;
    bool m_retrying = false;
    SessionAddresses* m_addresses;
    SessionOperators* m_operators;
    SessionApprovals* m_approvals;
    SessionPolicy* m_policy;
    SessionDrill* m_drill;
};

}  // namespace countersign
