#include "ui/session/adapters/SessionRecord.h"

#include "core/audit/witness/AuditCheckpoint.h"
#include "core/base/ThreadCall.h"
#include "core/base/process/OutputFile.h"
#include "core/signing/approval/SigningFreeze.h"
#include "core/signing/intake/Submitters.h"
#include "core/signing/reporting/DeskKey.h"
#include "core/vault/database/BackgroundWork.h"
#include "ui/session/worker/MarshalToThread.h"
#include "ui/session/worker/StatementWork.h"
#include "ui/session/worker/WorkerChange.h"
#include "ui/session/worker/WorkerSignals.h"

#include <QFile>

#include <algorithm>
#include <chrono>

namespace countersign {

namespace {

constexpr std::chrono::milliseconds progressInterval{100};
constexpr qint64 checkPieceBytes = qint64{64} * 1024;

Result<AuditExportSummary> exportInto(const QString& name, Database& database, const Vault& vault,
                                      const Clock& clock, const AuditProgress& progress)
{
    OutputFile file(name.toStdString());
    RETURN_IF_ERROR(file.open());
    AuditLog audit(database, vault, clock);
    const auto seed = deskSeed(database, vault, audit, clock);
    ASSIGN_OR_RETURN(const auto summary,
                     exportRecord(
                         database, audit, {}, seed,
                         [&file](std::string_view line) { return file.write(asBytes(line)); }, progress));
    RETURN_IF_ERROR(file.commit());
    return summary;
}

Status checkpointInto(const QString& name, Database& database, const Vault& vault, const Clock& clock,
                      const AuditProgress& progress)
{
    AuditLog audit(database, vault, clock);
    ASSIGN_OR_RETURN(const auto seed, deskSeed(database, vault, audit, clock));
    OutputFile file(name.toStdString());
    RETURN_IF_ERROR(file.open());
    ASSIGN_OR_RETURN(const auto checkpoint, makeCheckpoint(database, vault, audit, clock, seed, progress));
    RETURN_IF_ERROR(file.write(asBytes(checkpoint + '\n')));
    return file.commit();
}

Result<AuditExportSummary> checkFile(const QString& name, const QString& keyText,
                                     const AuditProgress& progress)
{
    const auto key = publicKeyBytes(keyText.trimmed().toStdString());
    if (!key) {
        return failure(ErrorCode::Unsupported,
                       SessionRecord::tr("The desk's key has 64 hex digits (\"countersign-cli desk key\")."));
    }
    QFile file(name);
    if (!file.open(QIODevice::ReadOnly)) {
        return failure(ErrorCode::NotFound, SessionRecord::tr("The file cannot be read."),
                       file.errorString());
    }
    AuditExportCheck check;
    while (!file.atEnd()) {
        const QByteArray piece = file.read(checkPieceBytes);
        if (piece.isEmpty()) {
            return failure(ErrorCode::NotFound, SessionRecord::tr("The file cannot be read."),
                           file.errorString());
        }
        RETURN_IF_ERROR(
            check.add(asBytes(std::string_view(piece.constData(), static_cast<std::size_t>(piece.size())))));
        if (!progress(check.entries())) {
            return failure(ErrorCode::Cancelled, SessionRecord::tr("The check was cancelled."));
        }
    }
    return check.finish(*key);
}

}  // namespace

SessionRecord::SessionRecord(SessionWorker& worker, ProfilePaths paths, const Clock& clock, QObject* parent)
    : RecordControl(parent), m_worker(worker), m_paths(std::move(paths)), m_clock(clock)
{
    m_progress.setInterval(progressInterval);
    connect(&m_progress, &QTimer::timeout, this, &RecordControl::progressed);
    connectAcross(m_worker, &SessionWorker::rollbackExamined, this,
                  [this](const RollbackState& rollback) { setRollback(rollback); });
    connectAcross(m_worker, &SessionWorker::freezeExamined, this,
                  [this](const QString& sentence) { setFreeze(sentence); });
}

SessionRecord::~SessionRecord()
{
    cancel();
}

void SessionRecord::setReady(bool ready)
{
    if (!ready) {
        cancel();
        setRollback({});
        setFreeze({});  // without its keys nothing is known
        setLastCheck(std::nullopt);
    }
    if (ready != m_ready) {
        m_ready = ready;
        Q_EMIT readyChanged();
    }
}

std::int64_t SessionRecord::progress() const
{
    return m_run ? m_run->entries.load() : 0;
}

void SessionRecord::cancel()
{
    if (m_run) {
        m_run->isCancelled = true;
    }
}

void SessionRecord::finishRun()
{
    m_run.reset();
    m_progress.stop();
    Q_EMIT busyChanged();
}

template <typename T>
void SessionRecord::work(QObject* context, bool needsVault,
                         std::function<Result<T>(const std::shared_ptr<Vault>&, Run&)> task, Callback<T> done)
{
    if (m_run) {
        runLater([guard = QPointer<QObject>(context), done = std::move(done)] {
            if (guard) {
                done(failure(ErrorCode::Busy,
                             tr("Something else is being done with the record; wait for it.")));
            }
        });
        return;
    }
    m_run = std::make_shared<Run>();
    m_progress.start();
    Q_EMIT busyChanged();
    const auto answer = marshalToThread<T>(
        this, this,
        [this, guard = QPointer<QObject>(context), done = std::move(done)](const Result<T>& result) {
            finishRun();
            if (guard) {
                done(result);
            }
        });
    const auto start = [worker = &m_worker, run = m_run, task = std::move(task), answer, needsVault] {
        auto vault = worker->unlockedVault();
        if (needsVault && !vault) {
            return answer(failure(ErrorCode::Locked, tr("Unlock the profile first.")));
        }
        const auto result = std::make_shared<Result<T>>(failure(ErrorCode::Internal, QString()));
        runInBackground([run, vault, task, result] { *result = task(vault, *run); },
                        [answer, result] { answer(std::move(*result)); });
    };
    callOnThread(&m_worker, start);
}

void SessionRecord::verify(QObject* context, Callback<RecordCheck> done)
{
    work<RecordCheck>(
        context, true,
        [paths = m_paths, clock = &m_clock](const std::shared_ptr<Vault>& vault,
                                            Run& run) -> Result<RecordCheck> {
            ASSIGN_OR_RETURN(const auto database, Database::open(paths.database(), Database::Mode::ReadOnly));
            ASSIGN_OR_RETURN(auto report, AuditLog(*database, *vault, *clock).verify(run.progress()));
            return RecordCheck{{std::move(report), false}, clock->now()};
        },
        [this, done = std::move(done)](const Result<RecordCheck>& check) {
            if (!check) {
                return done(check);
            }
            const RecordCheck known{withRollback(check->report, rollback().rollback), check->at};
            // One that ends behind a lock says nothing of what is opened next.
            if (m_ready) {
                setLastCheck(known);
            }
            done(known);
        });
}

void SessionRecord::exportTo(QObject* context, const QString& file, Callback<AuditExportSummary> done)
{
    work<AuditExportSummary>(
        context, true,
        [file, paths = m_paths, clock = &m_clock](const std::shared_ptr<Vault>& vault,
                                                  Run& run) -> Result<AuditExportSummary> {
            ASSIGN_OR_RETURN(const auto database,
                             Database::open(paths.database(), Database::Mode::ReadWrite));
            return exportInto(file, *database, *vault, *clock, run.progress());
        },
        std::move(done));
}

void SessionRecord::makeCheckpoint(QObject* context, const QString& file, Callback<void> done)
{
    work<void>(
        context, true,
        [file, paths = m_paths, clock = &m_clock, rollback = rollback().rollback](
            const std::shared_ptr<Vault>& vault, Run& run) -> Status {
            RETURN_IF_ERROR(refuseCheckpointOf(rollback));
            ASSIGN_OR_RETURN(const auto database,
                             Database::open(paths.database(), Database::Mode::ReadWrite));
            return checkpointInto(file, *database, *vault, *clock, run.progress());
        },
        [this, done = std::move(done)](const Status& made) {
            done(made);
            if (made) {
                Q_EMIT changed();
            }
        });
}

void SessionRecord::checkExport(QObject* context, const QString& file, const QString& key,
                                Callback<AuditExportSummary> done)
{
    work<AuditExportSummary>(
        context, false,
        [file, key](const std::shared_ptr<Vault>&, Run& run) { return checkFile(file, key, run.progress()); },
        std::move(done));
}

void SessionRecord::change(QObject* context, std::function<Status(SessionWorker&)> change,
                           Callback<void> done)
{
    changeOnWorker(this, context, m_worker, std::move(change), std::move(done), [this] { Q_EMIT changed(); });
}

void SessionRecord::freeze(QObject* context, const QString& reason, Callback<void> done)
{
    change(
        context,
        [reason = reason.toStdString()](SessionWorker& worker) { return worker.freezeSigning(reason); },
        std::move(done));
}

void SessionRecord::freezeInbox(QObject* context, const QString& reason, Callback<InboxTold> done)
{
    callOnThread(&m_worker, [worker = &m_worker, reason = reason.toStdString(),
                             answer = marshalToThread<InboxTold>(this, context, std::move(done))] {
        StatementWork* statements = worker->statements();
        if (statements == nullptr) {
            answer(failure(ErrorCode::Locked,
                           tr("Unlock the profile first; a freeze is recorded with its keys.")));
            return;
        }
        statements->freezeInbox(reason, answer);
    });
}

void SessionRecord::unfreeze(QObject* context, const QString& reason, Callback<void> done)
{
    change(
        context,
        [reason = reason.toStdString()](SessionWorker& worker) { return worker.unfreezeSigning(reason); },
        std::move(done));
}

}  // namespace countersign
