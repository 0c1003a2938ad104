#pragma once

#include "core/signing/JobDesk.h"

#include <QHash>
#include <QObject>

namespace countersign {

/// Why this class exists: pages and dialogs ask for things to be done with jobs and must neither know the
/// thread that does them nor need it in their tests. Calls return at once; a callback comes later, on the GUI
/// thread, as long as its context lives; it does not come when the profile is locked meanwhile
/// (readyChanged). Also remembers how far each running ceremony came, for whoever opens a view of it later.
class JobControl : public QObject
{
    Q_OBJECT

public:
    using QObject::QObject;

    /// The profile is unlocked: jobs can be decided.
    virtual bool isReady() const = 0;
    virtual void submit(QObject* context, Bytes document, JobOrigin origin, Answered<Job> done) = 0;
    virtual void prepare(QObject* context, const QString& jobId, bool refill, Answered<Job> done) = 0;
    virtual void approve(QObject* context, JobDesk::Approval approval, Answered<Job> done) = 0;
    virtual void reject(QObject* context, const QString& jobId, const QString& reason,
                        Answered<Job> done) = 0;
    virtual void cancel(const QString& jobId) = 0;
    /// Asks the configured Solana node about a token, its accounts and a recipient.
    virtual void lookUpToken(QObject* context, const SplQuestion& question, Answered<SplFacts> done) = 0;

    /// Of the ceremony that runs now; nothing before its engine has begun.
    std::optional<CeremonyStage> stageOf(const QString& jobId) const
    {
        const auto found = m_stages.find(jobId);
        return found == m_stages.end() ? std::nullopt : std::optional(found.value());
    }

Q_SIGNALS:
    void readyChanged();
    void jobChanged(const QString& jobId);
    void ceremonyProgressed(const QString& jobId, countersign::CeremonyStage stage);

protected:
    void noteStage(const QString& jobId, CeremonyStage stage)
    {
        m_stages.insert(jobId, stage);
        Q_EMIT ceremonyProgressed(jobId, stage);
    }
    void forgetStage(const QString& jobId) { m_stages.remove(jobId); }

private:
    QHash<QString, CeremonyStage> m_stages;
};

}  // namespace countersign
