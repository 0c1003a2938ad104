#pragma once

#include "ui/session/control/RecordControl.h"
#include "ui/session/worker/SessionWorker.h"

#include <QTimer>

namespace countersign {

/// RecordControl over the session: the vault and the desk's key come from its thread; what reads the whole
/// record runs on another one with a connection of its own, so that no ceremony waits for it.
class SessionRecord : public RecordControl
{
    Q_OBJECT

public:
    SessionRecord(SessionWorker& worker, ProfilePaths paths, const Clock& clock, QObject* parent);
    ~SessionRecord() override;
    Q_DISABLE_COPY_MOVE(SessionRecord)

    void setReady(bool ready);

    bool isReady() const override { return m_ready; }
    void verify(QObject* context, Callback<RecordCheck> done) override;
    void exportTo(QObject* context, const QString& file, Callback<AuditExportSummary> done) override;
    void makeCheckpoint(QObject* context, const QString& file, Callback<void> done) override;
    void checkExport(QObject* context, const QString& file, const QString& key,
                     Callback<AuditExportSummary> done) override;
    void cancel() override;
    bool isBusy() const override { return m_run != nullptr; }
    std::int64_t progress() const override;
    void freeze(QObject* context, const QString& reason, Callback<void> done) override;
    void freezeInbox(QObject* context, const QString& reason, Callback<InboxTold> done) override;
    void unfreeze(QObject* context, const QString& reason, Callback<void> done) override;

private:
    /// Shared with the thread that works.
    struct Run
    {
        std::atomic<bool> isCancelled = false;
        std::atomic<std::int64_t> entries = 0;

        AuditProgress progress()
        {
            return [this](std::int64_t count) {
                entries = count;
                return !isCancelled;
            };
        }
    };
    using RunPtr = std::shared_ptr<Run>;

    template <typename T>
    void work(QObject* context, bool needsVault,
              std::function<Result<T>(const std::shared_ptr<Vault>&, Run&)> task, Callback<T> done);
    void change(QObject* context, std::function<Status(SessionWorker&)> change, Callback<void> done);
    void finishRun();

    SessionWorker& m_worker;
    ProfilePaths m_paths;
    const Clock& m_clock;
    bool m_ready = false;
    RunPtr m_run;
    QTimer m_progress;
};

}  // namespace countersign
