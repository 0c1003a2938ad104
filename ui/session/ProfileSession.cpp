#include "ui/session/ProfileSession.h"

#include "ui/session/worker/WorkerSignals.h"

namespace countersign {

ProfileSession::ProfileSession(SessionParts parts, QObject* parent)
    : QObject(parent),
      m_paths(parts.paths),
      m_clock(*parts.clock),
      m_worker(new SessionWorker(std::move(parts))),
      m_jobs(new SessionJobs(*m_worker, this)),
      m_revocations(new SessionRevocations(*m_worker, m_clock, this)),
      m_inspection(new SessionInspection(*m_worker, this)),
      m_record(new SessionRecord(*m_worker, m_paths, m_clock, this)),
      m_freeze(new SessionFreeze(*m_record, m_clock, this)),
      m_reauthentication(new SessionReauthentication(*m_worker, m_clock, this)),
      m_settings(new SessionSettings(*m_worker, this)),
      m_addresses(new SessionAddresses(*m_worker, this)),
      m_operators(new SessionOperators(*m_worker, m_clock, this)),
      m_approvals(new SessionApprovals(*m_worker, this)),
      m_policy(new SessionPolicy(*m_worker, m_clock, this)),
      m_drill(new SessionDrill(*m_worker, m_clock, this))
{
    m_thread.setObjectName(QStringLiteral("profile session"));
    m_worker->moveToThread(&m_thread);
    connect(&m_thread, &QThread::finished, m_worker, &QObject::deleteLater);
    connectWorker();
    m_thread.start();
}

ProfileSession::~ProfileSession()
{
    m_worker->setRetryCancelled(true);
    m_worker->disconnect(this);
    // The window is gone by now; a signature that is on its way is waited for.
    post([worker = m_worker] { worker->shutDown(); });
    m_thread.wait();
    passThreadLock();
}

void ProfileSession::tellProfileTo(const std::shared_ptr<JobExplainer>& explainer)
{
    const auto tell = [worker = m_worker, explainer] { worker->tellProfileTo(*explainer); };
    post(tell);
    // The profile may not be open yet.
    connect(m_worker, &SessionWorker::opened, m_worker, tell);
}

void ProfileSession::connectWorker()
{
    connectAcross(*m_worker, &SessionWorker::opened, this, &ProfileSession::onOpened);
    connectAcross(*m_worker, &SessionWorker::openFailed, this, [this](const Error& error) {
        setState(error.code == ErrorCode::NotFound ? State::NoProfile : State::Broken, error);
    });
    connectAcross(*m_worker, &SessionWorker::unlocked, this, [this] {
        m_liveness.setFollowing(true);
        setState(State::Open);
        Q_EMIT livenessChanged();
    });
    connectAcross(*m_worker, &SessionWorker::unlockFailed, this, [this](const Error& error) {
        const bool passphrase = m_info && m_info->hasPassphrase && error.code == ErrorCode::WrongPassphrase;
        setState(passphrase ? State::Locked : State::NotUnlocked, error);
    });
    connectAcross(*m_worker, &SessionWorker::pageIngested, this, [this](const IngestReport& page) {
        if (page.received > 0) {
            Q_EMIT dataChanged();
        }
    });
    connectAcross(*m_worker, &SessionWorker::contacted, this, [this] {
        m_liveness.noteContact(m_clock.now());
        Q_EMIT livenessChanged();
    });
    connectAcross(*m_worker, &SessionWorker::feedFailed, this, [this](const Error& error) {
        m_liveness.noteFailure(error);
        Q_EMIT livenessChanged();
    });
    connectAcross(*m_worker, &SessionWorker::feedNoticed, this, [this](const Error& notice) {
        m_liveness.notice(notice, m_clock.now());
        Q_EMIT livenessChanged();
    });
    connectAcross(*m_worker, &SessionWorker::descriptorFolderExamined, this,
                  &ProfileSession::descriptorFolderExamined);
    connect(m_jobs, &JobControl::jobChanged, this, &ProfileSession::dataChanged);
    connect(m_settings, &SettingsControl::changed, this, &ProfileSession::dataChanged);
    connect(m_addresses, &AddressControl::changed, this, &ProfileSession::dataChanged);
    connect(m_operators, &OperatorControl::changed, this, &ProfileSession::dataChanged);
    connect(m_operators, &OperatorControl::changed, m_approvals, &ApprovalControl::changed);
    connect(m_policy, &PolicyControl::changed, this, &ProfileSession::dataChanged);
    connect(m_policy, &PolicyControl::changed, m_approvals, &ApprovalControl::changed);
    connect(m_revocations, &RevocationControl::changed, this, &ProfileSession::dataChanged);
    connect(m_inspection, &InspectionControl::answered, this, &ProfileSession::dataChanged);
    connect(m_record, &RecordControl::changed, this, &ProfileSession::dataChanged);
    connectAcross(*m_worker, &SessionWorker::retryProgress, this, &ProfileSession::retryProgress);
    connectAcross(*m_worker, &SessionWorker::retryFinished, this, [this](const IngestReport& report) {
        setRetrying(false);
        Q_EMIT retryFinished(report);
        Q_EMIT dataChanged();
    });
    connectAcross(*m_worker, &SessionWorker::retryFailed, this, [this](const Error& error) {
        setRetrying(false);
        Q_EMIT retryFailed(error);
        Q_EMIT dataChanged();
    });
    connectAcross(*m_worker, &SessionWorker::dropFinished, this, [this](const DropReport& report) {
        Q_EMIT dropFinished(report);
        Q_EMIT dataChanged();
    });
    connectAcross(*m_worker, &SessionWorker::dropFailed, this, &ProfileSession::dropFailed);
}

void ProfileSession::start(const std::string& passphraseFile)
{
    m_passphraseFile = passphraseFile;
    post([worker = m_worker] { worker->open(); });
}

void ProfileSession::startReadingOnly()
{
    m_mayUnlock = false;
    post([worker = m_worker] { worker->open(); });
}

void ProfileSession::onOpened(const ProfileInfo& info)
{
    m_info = info;
    m_reauthentication->setAsksForPassphrase(info.hasPassphrase);
    if (!m_mayUnlock || (info.hasPassphrase && m_passphraseFile.empty())) {
        setState(State::Locked);
        return;
    }
    retryUnlock();
}

void ProfileSession::retryUnlock()
{
    setState(State::Unlocking);
    if (m_info->hasPassphrase && !m_passphraseFile.empty()) {
        // Once: when it was wrong, the operator is asked.
        post([worker = m_worker, file = std::exchange(m_passphraseFile, {})] {
            worker->unlockFromFile(file);
        });
        return;
    }
    if (m_info->hasPassphrase) {
        setState(State::Locked);
        return;
    }
    post([worker = m_worker] { worker->unlock(SecretBytes()); });
}

void ProfileSession::unlock(SecretBytes passphrase)
{
    setState(State::Unlocking);
    // A functor that can be copied is needed for the way to the other thread.
    auto secret = std::make_shared<SecretBytes>(std::move(passphrase));
    post([worker = m_worker, secret] { worker->unlock(std::move(*secret)); });
}

void ProfileSession::lock()
{
    if (!canLock()) {
        return;
    }
    m_worker->setRetryCancelled(true);
    post([worker = m_worker] { worker->lock(); });
    m_liveness.setFollowing(false);
    setState(State::Locked);
    Q_EMIT livenessChanged();
}

void ProfileSession::retryQuarantined(std::int64_t quarantineId)
{
    setRetrying(true);
    post([worker = m_worker, quarantineId] { worker->retry(quarantineId); });
}

void ProfileSession::retryAllQuarantined()
{
    m_worker->setRetryCancelled(false);
    setRetrying(true);
    post([worker = m_worker] { worker->retryAll(); });
}

void ProfileSession::cancelRetry()
{
    m_worker->setRetryCancelled(true);
}

void ProfileSession::dropQuarantined(const QuarantineSelection& selection)
{
    post([worker = m_worker, selection] { worker->drop(selection); });
}

void ProfileSession::setRetrying(bool retrying)
{
    m_retrying = retrying;
    Q_EMIT retryingChanged();
}

void ProfileSession::setState(State state, std::optional<Error> error)
{
    m_state = state;
    m_error = std::move(error);
    m_reauthentication->setReady(state == State::Open);
    m_jobs->setReady(state == State::Open);
    m_revocations->setReady(state == State::Open);
    m_inspection->setReady(state == State::Open);
    m_settings->setReady(state == State::Open);
    m_record->setReady(state == State::Open);
    m_addresses->setReady(state == State::Open);
    m_operators->setReady(state == State::Open);
    m_approvals->setReady(state == State::Open);
    m_policy->setReady(state == State::Open);
    m_drill->setReady(state == State::Open);
    Q_EMIT stateChanged();
}

}  // namespace countersign
