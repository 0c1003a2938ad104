#include "ui/session/worker/SessionWorker.h"

#include "core/audit/AuditLog.h"
#include "core/audit/trust/SettingsUpgrade.h"
#include "core/base/text/Utf8.h"
#include "core/policy/operators/OperatorRegister.h"
#include "core/policy/store/PolicyStore.h"
#include "core/signing/approval/SigningFreeze.h"
#include "core/signing/explanation/JobExplainer.h"
#include "core/signing/store/JobCatalog.h"
#include "core/vault/profile/ProfileCopy.h"
#include "ui/session/worker/InspectionRunner.h"
#include "ui/session/worker/StatementWork.h"

#include <QFile>
#include <QThread>

#include <fcntl.h>
#include <unistd.h>

#include <chrono>

namespace countersign {

namespace {

/// As the command line: what opens a profile there opens it here.
constexpr qint64 maxPassphraseBytes = 64 * 1024;
/// How soon the keychain's counter follows the record, and how soon a freeze by another program is shown.
constexpr std::chrono::seconds watchInterval{5};

Result<SecretBytes> passphraseFrom(const std::string& name)
{
    // By its descriptor: QFile would decode the name.
    const bool isInput = name == "-";
    const int descriptor = isInput ? STDIN_FILENO : ::open(name.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY);
    QFile file;
    if (descriptor < 0 || !file.open(descriptor, QIODevice::ReadOnly | QIODevice::Unbuffered,
                                     isInput ? QFileDevice::DontCloseHandle : QFileDevice::AutoCloseHandle)) {
        return failure(ErrorCode::NotFound, SessionWorker::tr("The passphrase file cannot be read."),
                       shownUtf8(name));
    }
    SecretBytes secret(static_cast<std::size_t>(maxPassphraseBytes) + 1);
    qint64 size = 0;
    while (size <= maxPassphraseBytes) {
        const qint64 read =
            file.read(reinterpret_cast<char*>(secret.data()) + size, maxPassphraseBytes + 1 - size);
        if (read <= 0) {
            break;
        }
        size += read;
    }
    if (size > maxPassphraseBytes) {
        return failure(
            ErrorCode::InvalidInput,
            SessionWorker::tr("The passphrase file is longer than %1 bytes.").arg(maxPassphraseBytes),
            shownUtf8(name));
    }
    secret.truncate(static_cast<std::size_t>(size));
    dropTrailingNewline(secret);
    return secret;
}

}  // namespace

SessionWorker::SessionWorker(SessionParts parts) : m_parts(std::move(parts))
{
    connect(&m_feed, &RelayFollower::pageIngested, this, &SessionWorker::pageIngested);
    connect(&m_feed, &RelayFollower::contacted, this, &SessionWorker::contacted);
    connect(&m_feed, &RelayFollower::failed, this, &SessionWorker::feedFailed);
    connect(&m_feed, &RelayFollower::noticed, this, &SessionWorker::feedNoticed);
    connect(&m_quarantine, &QuarantineWork::retryProgress, this, &SessionWorker::retryProgress);
    connect(&m_quarantine, &QuarantineWork::retryFinished, this, &SessionWorker::retryFinished);
    connect(&m_quarantine, &QuarantineWork::retryFailed, this, &SessionWorker::retryFailed);
    connect(&m_quarantine, &QuarantineWork::dropFinished, this, &SessionWorker::dropFinished);
    connect(&m_quarantine, &QuarantineWork::dropFailed, this, &SessionWorker::dropFailed);
    connect(&m_watch, &QTimer::timeout, this, &SessionWorker::examineFreeze);
    // A drill of another program that was killed: told with the next unlock where it cannot be removed.
    connect(&m_watch, &QTimer::timeout, this, [this] { (void)ProfileCopy::sweep(m_parts.paths); });
}

SessionWorker::~SessionWorker()
{
    m_feed.stop();
    // Where shutDown() did not come before, what is in its room is left as a crash would leave it.
    if (m_desk) {
        m_desk->stop();
    }
}

void SessionWorker::open()
{
    auto vault = Vault::open(m_parts.paths, m_parts.rootKeys());
    if (!vault) {
        Q_EMIT openFailed(vault.error());
        return;
    }
    m_vault = std::move(*vault);
    Q_EMIT opened(m_vault->info());
}

void SessionWorker::tellProfileTo(JobExplainer& explainer) const
{
    if (m_vault) {
        explainer.useProfile(m_vault, *m_parts.clock);
    }
}

void SessionWorker::unlock(SecretBytes passphrase)
{
    if (!m_vault) {
        return;
    }
    if (!m_whenClosed.empty()) {
        auto secret = std::make_shared<SecretBytes>(std::move(passphrase));
        m_whenClosed.emplace_back([this, secret] { unlock(std::move(*secret)); });
        return;
    }
    m_vault->unlock(std::move(passphrase), [this](const Status& status) {
        if (!status) {
            Q_EMIT unlockFailed(status.error());
            return;
        }
        if (auto prepared = prepare(); !prepared) {
            m_vault->lock();
            Q_EMIT unlockFailed(prepared.error());
            return;
        }
        openDesk();
        Q_EMIT unlocked();
        examineSettings();
        watchRecord();
        if (const Status swept = ProfileCopy::sweep(m_parts.paths); !swept) {
            Q_EMIT feedNoticed(swept.error());
        }
        m_feed.follow(m_parts.relaySource, *m_database, *m_vault, *m_ingestor);
        m_quarantine.start(*m_ingestor);
    });
}

void SessionWorker::unlockFromFile(const std::string& file)
{
    auto passphrase = passphraseFrom(file);
    if (!passphrase) {
        Q_EMIT unlockFailed(passphrase.error());
        return;
    }
    unlock(std::move(*passphrase));
}

void SessionWorker::lock()
{
    m_feed.stop();
    m_quarantine.stop();
    m_watch.stop();
    m_counter.reset();
    closeDesk([this] {
        m_ingestor.reset();
        m_entries.reset();
        if (m_vault) {
            m_vault->lock();
        }
    });
}

void SessionWorker::shutDown()
{
    m_feed.stop();
    m_quarantine.stop();
    m_watch.stop();
    m_counter.reset();
    closeDesk([] { QThread::currentThread()->quit(); });
}

Status SessionWorker::prepare()
{
    if (!m_database) {
        ASSIGN_OR_RETURN(auto database, Database::open(m_parts.paths.database(), Database::Mode::ReadWrite));
        m_database = std::move(database);
    }
    RETURN_IF_ERROR(sealSettingsOnce(*m_vault, *m_database, *m_parts.clock));
    m_entries = std::make_unique<DeskEntries>(*m_database, *m_vault, *m_parts.clock);
    m_ingestor = std::make_unique<Ingestor>(m_vault, *m_database, *m_parts.clock);
    m_ingestor->setEntryHandler(m_entries.get());
    return {};
}

void SessionWorker::openDesk()
{
    if (!m_parts.jobParts) {
        return;
    }
    const SigningServices parts = m_parts.jobParts(m_vault, *m_database, *m_parts.clock);
    m_desk = std::make_unique<JobDesk>(parts);
    openStatements(parts);
    connect(m_desk.get(), &JobDesk::jobChanged, this, &SessionWorker::noteJob);
    connect(m_desk.get(), &JobDesk::ceremonyProgressed, this,
            [this](const std::string& jobId, CeremonyStage stage) {
                Q_EMIT ceremonyProgressed(QString::fromStdString(jobId), stage);
            });
    connect(m_desk.get(), &JobDesk::broadcastProgressed, this,
            [this](const std::string& jobId, const BroadcastProgress& progress) {
                Q_EMIT broadcastProgressed(QString::fromStdString(jobId), progress);
            });
    connect(m_desk.get(), &JobDesk::statementNotPosted, this,
            [this](const std::string& jobId, const Error& error) {
                Q_EMIT statementNotPosted(QString::fromStdString(jobId), error.sentence);
            });
    m_desk->resume();
    if (m_parts.revocationServices) {
        m_revocations = std::make_unique<RevocationResumer>(
            m_parts.revocationServices(m_vault, *m_database, *m_parts.clock), *m_desk);
        connect(m_revocations.get(), &RevocationResumer::changed, this,
                [this](const std::string& id) { Q_EMIT revocationChanged(QString::fromStdString(id)); });
    }
    openInspections();
}

void SessionWorker::openInspections()
{
    if (!m_parts.inspectionServices) {
        return;
    }
    m_inspections = std::make_unique<InspectionRunner>(
        m_parts.inspectionServices(m_vault, *m_database, *m_parts.clock), *m_ingestor,
        [this](Callback<void> done) { m_feed.drain(std::move(done)); });
    connect(m_inspections.get(), &InspectionRunner::changed, this, &SessionWorker::inspectionChanged);
    connect(m_inspections.get(), &InspectionRunner::answered, this, &SessionWorker::inspectionAnswered);
}

void SessionWorker::openStatements(SigningServices parts)
{
    m_statements = std::make_unique<StatementWork>(std::move(parts));
    connect(m_statements.get(), &StatementWork::jobChanged, this, &SessionWorker::noteJob);
    connect(m_statements.get(), &StatementWork::frozen, this, [this] {
        examineFreeze();
        examineSettings();
    });
    connect(m_statements.get(), &StatementWork::reportWanted, this, [this] {
        if (JobDesk* open = desk()) {
            open->report([](const Status&) {});  // told again with the next change
        }
    });
}

void SessionWorker::closeDesk(std::function<void()> closed)
{
    // What is on its way stays pending, and goes on with the next unlock.
    m_revocations.reset();
    m_inspections.reset();
    m_statements.reset();
    if (!m_desk) {
        return closed();
    }
    m_whenClosed.push_back(std::move(closed));
    if (m_whenClosed.size() > 1) {
        return;
    }
    m_desk->stop([this] {
        // Not from inside the desk, which ends here.
        QMetaObject::invokeMethod(
            this,
            [this] {
                m_desk.reset();
                for (const auto& next : std::exchange(m_whenClosed, {})) {
                    next();
                }
            },
            Qt::QueuedConnection);
    });
}

Result<SessionWorker::OpenProfile> SessionWorker::openProfile() const
{
    if (!m_vault || !m_vault->isUnlocked() || !m_database || isClosing()) {
        return failure(ErrorCode::Locked, tr("The profile is locked. Unlock it, then try again."));
    }
    return OpenProfile{m_vault, m_database.get(), m_parts.clock};
}

void SessionWorker::verify(SecretBytes passphrase, Vault::DoneCallback done)
{
    if (const auto open = openProfile()) {
        open->vault->verify(std::move(passphrase), std::move(done));
    } else {
        done(failure(open.error()));
    }
}

void SessionWorker::noteJob(const std::string& jobId)
{
    const auto job = JobCatalog(*m_database).find(jobId);
    Q_EMIT jobChanged(QString::fromStdString(jobId), job && isRunning(job->state, job->broadcast));
}

Result<std::string> SessionWorker::checkSetting(std::string_view key, std::string_view value) const
{
    return m_parts.checkSetting
               ? m_parts.checkSetting(key, value)
               : Result<std::string>(failure(ErrorCode::Unsupported, tr("Settings cannot be changed here.")));
}

Status SessionWorker::record(std::string_view kind, std::string_view subject, const Json& detail,
                             const std::function<Status(Rows&)>& change)
{
    if (!m_vault || !m_vault->isUnlocked() || !m_database) {
        return failure(ErrorCode::Locked,
                       tr("Unlock the profile first; changes are recorded with its keys."));
    }
    AuditLog audit(*m_database, *m_vault, *m_parts.clock);
    const Status done = audit.record(kind, subject, dumpJson(detail), [&] {
        Rows rows{TrustedSettings(*m_database, *m_vault), Submitters(*m_database, *m_vault),
                  TrustedSecrets(*m_database, *m_vault)};
        return change(rows);
    });
    examineSettings();
    return done;
}

Status SessionWorker::changeAddresses(const std::function<Status(AddressRecorder&)>& change)
{
    ASSIGN_OR_RETURN(const auto profile, openProfile());
    AddressRecorder recorder(*profile.database, *profile.vault, *profile.clock);
    const Status done = change(recorder);
    examineSettings();
    return done;
}

Status SessionWorker::changeOperators(
    const std::function<Status(OperatorRegister&, OperatorIdentity&)>& change)
{
    ASSIGN_OR_RETURN(const auto profile, openProfile());
    AuditLog audit(*profile.database, *profile.vault, *profile.clock);
    OperatorRegister registered(*profile.database, *profile.vault, audit, *profile.clock);
    OperatorIdentity identity(*profile.database, *profile.vault, audit, *profile.clock);
    const Status done = change(registered, identity);
    examineSettings();
    return done;
}

Status SessionWorker::changePolicy(const std::function<Status(PolicyStore&)>& change)
{
    ASSIGN_OR_RETURN(const auto profile, openProfile());
    AuditLog audit(*profile.database, *profile.vault, *profile.clock);
    PolicyStore store(*profile.database, *profile.vault, audit, *profile.clock);
    const Status done = change(store);
    examineSettings();
    return done;
}

Result<SigningServices> SessionWorker::servicesElsewhere() const
{
    ASSIGN_OR_RETURN(const auto profile, openProfile());
    SigningServices services;
    services.vault = profile.vault;
    services.clock = profile.clock;
    if (m_parts.jobParts) {
        const SigningServices here = m_parts.jobParts(profile.vault, *profile.database, *profile.clock);
        // Asked for here, since its settings are read from this thread's database.
        if (auto explainer = here.explainer ? here.explainer() : nullptr) {
            services.explainer = [explainer] { return explainer; };
        }
    }
    return services;
}

void SessionWorker::examineSettings()
{
    const auto findings = TrustedRows(*m_database, *m_vault).findings();
    Q_EMIT settingsExamined(findings ? SettingsTrust{*findings, {}}
                                     : SettingsTrust{{}, findings.error().sentence});
    const auto folder = TrustedSettings(*m_database, *m_vault).get(settingKeys::descriptorsFolder);
    Q_EMIT descriptorFolderExamined(
        folder ? QString::fromStdString(folder->value_or(std::string())) : QString(),
        folder ? std::nullopt : std::optional(folder.error()));
}

std::shared_ptr<Vault> SessionWorker::unlockedVault() const
{
    return m_vault && m_vault->isUnlocked() && m_database && !isClosing() ? m_vault : nullptr;
}

Status SessionWorker::freezeSigning(const std::string& reason)
{
    if (!unlockedVault()) {
        return failure(ErrorCode::Locked,
                       tr("Unlock the profile first; a freeze is recorded with its keys."));
    }
    AuditLog audit(*m_database, *m_vault, *m_parts.clock);
    const auto frozen = countersign::freezeSigning(*m_database, *m_vault, audit, *m_parts.clock, reason);
    examineFreeze();
    examineSettings();
    return frozen.map([](const SigningFreeze&) {});
}

Status SessionWorker::unfreezeSigning(const std::string& reason)
{
    if (!unlockedVault()) {
        return failure(ErrorCode::Locked,
                       tr("Unlock the profile first; a freeze is recorded with its keys."));
    }
    AuditLog audit(*m_database, *m_vault, *m_parts.clock);
    auto lifted = countersign::unfreezeSigning(*m_database, *m_vault, audit, reason);
    examineFreeze();
    examineSettings();
    return lifted;
}

void SessionWorker::examineFreeze()
{
    if (!unlockedVault()) {
        return;
    }
    const auto frozen = signingFreeze(*m_database, *m_vault);
    Q_EMIT freezeExamined(!frozen               ? frozen.error().sentence
                          : frozen->has_value() ? (*frozen)->sentence()
                                                : QString());
}

void SessionWorker::watchRecord()
{
    examineFreeze();
    m_watch.start(watchInterval);
    m_counter = std::make_unique<RecordCounter>(*m_database, *m_vault, m_parts.rootKeys());
    m_counter->follow(watchInterval, [this](const CounterFinding& finding) {
        Q_EMIT rollbackExamined(
            {true, finding.isKept, finding.rollback, finding.error ? finding.error->sentence : QString()});
    });
}

Status SessionWorker::storeSecret(const std::string& kind, const SecretBytes& secret)
{
    return record("secret.stored", primarySecretName, {{"kind", kind}},
                  [&](Rows& rows) { return rows.secrets.put(kind, primarySecretName, secret, now()); });
}

}  // namespace countersign
