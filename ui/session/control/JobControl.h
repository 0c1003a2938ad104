#pragma once

#include "core/signing/desk/JobDesk.h"

#include <QHash>
#include <QObject>

namespace countersign {

/// The GUI's asynchronous interface to the job desk: pages and dialogs ask for things to be done with jobs
/// and must neither know the thread that does them nor need it in their tests. Calls return at once; a
/// callback comes later, on the GUI thread, as long as its context lives; it does not come when the profile
/// is locked meanwhile (readyChanged). Also remembers how far each running ceremony and each broadcast came,
/// for whoever opens a view of it later.
class JobControl : public QObject
{
    Q_OBJECT

public:
    using QObject::QObject;

    /// The profile is unlocked: jobs can be decided.
    virtual bool isReady() const = 0;
    virtual void submit(QObject* context, Bytes document, JobOrigin origin, Callback<Job> done) = 0;
    virtual void prepare(QObject* context, const QString& jobId, bool refill, Callback<Job> done) = 0;
    virtual void approve(QObject* context, JobDesk::Approval approval, Callback<Job> done) = 0;
    virtual void reject(QObject* context, const QString& jobId, const QString& reason,
                        Callback<Job> done) = 0;
    virtual void cancel(const QString& jobId) = 0;
    /// Asks the configured Solana node about a token, its accounts and a recipient.
    virtual void lookUpToken(QObject* context, const SplQuestion& question, Callback<SplFacts> done) = 0;
    /// JobDesk::checkEngine
    virtual void checkEngine(QObject* context, EngineKind engine, Callback<void> done) = 0;

    /// Of the ceremony that runs now; nothing before its engine has begun.
    std::optional<CeremonyStage> stageOf(const QString& jobId) const { return known(m_stages, jobId); }
    /// Of the broadcast that is followed now; nothing before the node was asked.
    std::optional<BroadcastProgress> progressOf(const QString& jobId) const
    {
        return known(m_progress, jobId);
    }

Q_SIGNALS:
    void readyChanged();
    void jobChanged(const QString& jobId);
    /// JobDesk::statementNotPosted, with the sentence.
    void statementNotPosted(const QString& jobId, const QString& why);
    void ceremonyProgressed(const QString& jobId, countersign::CeremonyStage stage);
    void broadcastProgressed(const QString& jobId);

protected:
    void noteStage(const QString& jobId, CeremonyStage stage)
    {
        m_stages.insert(jobId, stage);
        Q_EMIT ceremonyProgressed(jobId, stage);
    }
    void noteProgress(const QString& jobId, const BroadcastProgress& progress)
    {
        m_progress.insert(jobId, progress);
        Q_EMIT broadcastProgressed(jobId);
    }
    /// The job is not being worked on any more.
    void forget(const QString& jobId)
    {
        m_stages.remove(jobId);
        m_progress.remove(jobId);
    }
    void forgetAll()
    {
        m_stages.clear();
        m_progress.clear();
    }

private:
    template <typename T>
    static std::optional<T> known(const QHash<QString, T>& notes, const QString& jobId)
    {
        const auto found = notes.find(jobId);
        return found == notes.end() ? std::nullopt : std::optional<T>(found.value());
    }

    QHash<QString, CeremonyStage> m_stages;
    QHash<QString, BroadcastProgress> m_progress;
};

}  // namespace countersign
