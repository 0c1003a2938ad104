#pragma once

#include "core/inbox/Ingestor.h"

#include <QTimer>

#include <atomic>
#include <optional>

namespace countersign {

/// Retries and drops what is in quarantine, and tidies up behind it, in slices: whatever else the session's
/// thread has to do, a ceremony's next step above all, comes in between.
class QuarantineWork : public QObject
{
    Q_OBJECT

public:
    explicit QuarantineWork(QObject* parent);

    /// Until stop(), which the ingestor outlives; sweeps from the start.
    void start(Ingestor& ingestor);
    /// What is asked for afterwards ends with Locked.
    void stop();
    /// Ends with retryFinished or retryFailed, as the next one does.
    void retry(std::int64_t quarantineId);
    void retryAll();
    /// From any thread: a retryAll ends after the slice under way while this is set.
    void setRetryCancelled(bool cancelled) { m_cancelRetry = cancelled; }
    /// Ends with dropFinished or dropFailed; the rows leave the file in slices afterwards.
    void drop(const QuarantineSelection& selection);

Q_SIGNALS:
    void retryProgress(qint64 done, qint64 total);
    void retryFinished(const countersign::IngestReport& report);
    void retryFailed(const countersign::Error& error);
    void dropFinished(const countersign::DropReport& report);
    void dropFailed(const countersign::Error& error);

private:
    void report(const Result<IngestReport>& result);
    void nextSlice();
    void retryNext();

    Ingestor* m_ingestor = nullptr;  ///< nullptr while the profile is locked, or about to be
    std::atomic<bool> m_cancelRetry = false;
    QTimer m_slices{this};  ///< a timer, so that sockets get their turn between two of them
    std::optional<Ingestor::RetryRun> m_retry;  ///< a retryAll under way
    bool m_isSweeping = false;                  ///< something may be left to tidy up
};

}  // namespace countersign
