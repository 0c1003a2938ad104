#include "ui/session/worker/QuarantineWork.h"

namespace countersign {

QuarantineWork::QuarantineWork(QObject* parent) : QObject(parent)
{
    connect(&m_slices, &QTimer::timeout, this, &QuarantineWork::nextSlice);
}

void QuarantineWork::start(Ingestor& ingestor)
{
    m_ingestor = &ingestor;
    m_isSweeping = true;
    m_slices.start(0);
}

void QuarantineWork::stop()
{
    m_ingestor = nullptr;
    m_slices.stop();
    m_isSweeping = false;
    if (m_retry) {
        m_retry.reset();
        report(failure(ErrorCode::Cancelled, tr("Stopped. What was retried so far stays as it is now.")));
    }
}

void QuarantineWork::report(const Result<IngestReport>& result)
{
    if (result) {
        Q_EMIT retryFinished(*result);
    } else {
        Q_EMIT retryFailed(result.error());
    }
}

void QuarantineWork::retry(std::int64_t quarantineId)
{
    if (!m_ingestor) {
        report(failure(ErrorCode::Locked, tr("Unlock the profile first; retrying needs its keys.")));
        return;
    }
    report(m_ingestor->retry(quarantineId));
}

void QuarantineWork::retryAll()
{
    if (!m_ingestor) {
        report(failure(ErrorCode::Locked, tr("Unlock the profile first; retrying needs its keys.")));
        return;
    }
    if (m_retry) {
        return;  // one answer will come, for both
    }
    auto run = m_ingestor->beginRetry();
    if (!run) {
        report(failure(run.error()));
        return;
    }
    m_retry = *run;
    m_slices.start(0);
}

void QuarantineWork::nextSlice()
{
    if (m_retry) {
        retryNext();
    } else if (m_isSweeping) {
        const auto more = m_ingestor->sweep();
        m_isSweeping = more && *more;  // where it failed, it goes on with the relay's next answer
    }
    if (!m_retry && !m_isSweeping) {
        m_slices.stop();
    }
}

void QuarantineWork::retryNext()
{
    if (m_cancelRetry) {
        m_retry.reset();
        report(failure(ErrorCode::Cancelled, tr("Stopped. What was retried so far stays as it is now.")));
        return;
    }
    const auto more = m_ingestor->goOn(*m_retry);
    if (more && *more) {
        Q_EMIT retryProgress(m_retry->done, m_retry->total);
        return;
    }
    const IngestReport total = m_retry->report;
    m_retry.reset();
    report(more ? Result<IngestReport>(total) : failure(more.error()));
}

void QuarantineWork::drop(const QuarantineSelection& selection)
{
    const auto dropped =
        m_ingestor ? m_ingestor->drop(selection)
                   : Result<DropReport>(
                         failure(ErrorCode::Locked,
                                 tr("Unlock the profile first; what is dropped is recorded with its keys.")));
    if (!dropped) {
        Q_EMIT dropFailed(dropped.error());
        return;
    }
    m_isSweeping = true;
    m_slices.start(0);
    Q_EMIT dropFinished(*dropped);
}

}  // namespace countersign
