#pragma once

#include "core/signing/desk/RunningJobs.h"

#include <QObject>
#include <QTimer>

#include <chrono>
#include <functional>

namespace countersign {

/// The graceful shutdown of a desk. A console may be locked or closed at any moment, also while a signature
/// is on its way to the disk; what is waited for then, and for how long, is decided here: a ceremony that is
/// in its room, until its outcome is recorded or the patience is over. Everything else is left where its row
/// says that it is.
class DeskShutdown : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(DeskShutdown)

public:
    /// Both must outlive it.
    DeskShutdown(RunningJobs& running, const JobStore& store, QObject* parent = nullptr);
    ~DeskShutdown() override;

    /// stopped: called once, through the event loop, when nothing is left to wait for.
    void begin(std::function<void()> stopped, std::chrono::milliseconds patience);

private:
    void leave(const std::string& jobId);
    void stopWaiting();
    void end();

    RunningJobs& m_running;
    const JobStore& m_store;
    QTimer m_patience;
    std::function<void()> m_stopped;
};

}  // namespace countersign
