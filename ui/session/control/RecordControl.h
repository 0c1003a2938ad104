#pragma once

#include "core/audit/witness/AuditExport.h"
#include "core/audit/witness/AuditWitness.h"
#include "core/base/PendingCall.h"

#include <QObject>

#include <optional>

namespace countersign {

/// What is known of the record from outside of the profile's folder.
struct RollbackState
{
    bool isKnown = false;        ///< the keychain was asked
    bool isCounterKept = false;  ///< false: only checkpoints tell
    QString rollback;            ///< not empty: the profile is older than the keychain knows
    QString obstacle;            ///< why the keychain could not tell

    bool operator==(const RollbackState&) const = default;
};

/// A check of the whole record.
struct RecordCheck
{
    WitnessedReport report;
    UnixMillis at = 0;
};

/// What became of telling every desk of the inbox that signing is frozen.
struct InboxTold
{
    QString inbox;
    QString problem;  ///< why the relay does not have it; empty: it has
};

/// The GUI's asynchronous interface to the record, and to the freeze of all signing: the record's page asks
/// for checks, exports and checkpoints and must not know on which thread they happen. Under the rules of
/// JobControl.
class RecordControl : public QObject
{
    Q_OBJECT

public:
    using QObject::QObject;

    virtual bool isReady() const = 0;
    const RollbackState& rollback() const { return m_rollback; }
    /// Who froze signing and why, or why it cannot be told; empty while signing is free.
    const QString& freezeSentence() const { return m_freeze; }
    /// The last one of this session.
    const std::optional<RecordCheck>& lastCheck() const { return m_lastCheck; }

    /// Checks the whole record. One at a time: Busy. Ends with checked() too.
    virtual void verify(QObject* context, Callback<RecordCheck> done) = 0;
    /// Writes an export of everything into a file.
    virtual void exportTo(QObject* context, const QString& file, Callback<AuditExportSummary> done) = 0;
    virtual void makeCheckpoint(QObject* context, const QString& file, Callback<void> done) = 0;
    /// Needs no open profile. key: 64 hex digits.
    virtual void checkExport(QObject* context, const QString& file, const QString& key,
                             Callback<AuditExportSummary> done) = 0;
    /// What is being done ends with Cancelled.
    virtual void cancel() = 0;
    virtual bool isBusy() const = 0;
    /// Entries so far, of what is being done.
    virtual std::int64_t progress() const = 0;

    virtual void freeze(QObject* context, const QString& reason, Callback<void> done) = 0;
    /// Freezes this desk and tells the others (InboxFreeze). An error: nothing was done, not here either.
    virtual void freezeInbox(QObject* context, const QString& reason, Callback<InboxTold> done) = 0;
    virtual void unfreeze(QObject* context, const QString& reason, Callback<void> done) = 0;

Q_SIGNALS:
    void readyChanged();
    void rollbackChanged();
    void freezeChanged();
    void busyChanged();
    void progressed();
    /// lastCheck() is another one.
    void checked();
    /// Something was recorded; views read again.
    void changed();

protected:
    void setRollback(const RollbackState& rollback)
    {
        if (rollback != m_rollback) {
            m_rollback = rollback;
            Q_EMIT rollbackChanged();
        }
    }
    void setFreeze(const QString& sentence)
    {
        if (sentence != m_freeze) {
            m_freeze = sentence;
            Q_EMIT freezeChanged();
        }
    }
    void setLastCheck(std::optional<RecordCheck> check)
    {
        m_lastCheck = std::move(check);
        Q_EMIT checked();
    }

private:
    RollbackState m_rollback;
    QString m_freeze;
    std::optional<RecordCheck> m_lastCheck;
};

}  // namespace countersign
