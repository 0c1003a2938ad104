#pragma once

#include "core/base/Bytes.h"
#include "core/base/Clock.h"
#include "core/base/PendingCall.h"
#include "ui/session/control/Reauthentication.h"

#include <QObject>
#include <QString>
#include <QStringList>

#include <optional>
#include <string>
#include <vector>

namespace countersign {

/// The policy that decides at this desk.
struct PolicyInForce
{
    Bytes bytes;
    std::string sha256;  ///< lowercase hex, of bytes
    std::string name;
    UnixMillis setAt = 0;
};

/// What another policy would have decided about the jobs of this profile that ended (PolicyBackTest).
struct PolicyTrial
{
    struct Line
    {
        std::string jobId;
        UnixMillis at = 0;  ///< of its decision
        QString had;        ///< what became of it, in words
        QString would;      ///< what this one decides, or why it cannot be told; in words, safe to show
        std::string rule;   ///< by which rule; empty: the built-in policy
    };

    std::size_t jobs = 0;
    std::size_t blocked = 0;
    std::size_t secondApproval = 0;  ///< that would have needed two approvals or more
    std::size_t unreadable = 0;
    std::vector<Line> lines;  ///< of the jobs that are counted above, the first mostLines of them

    static constexpr std::size_t mostLines = 500;
};

/// How far a change is from what the policy in force asks for (PolicyStore::changeTo).
struct PolicyChangeStanding
{
    struct Line
    {
        QString who;  ///< safe to show
        QString why;  ///< why it does not count; empty: it counts
    };

    int have = 0;
    int need = 0;  ///< 0: nobody is asked
    std::vector<Line> lines;

    bool isReached() const { return have >= need; }
};

/// The GUI's asynchronous interface to the policy in force: the editor asks for trials and changes and must
/// neither know the thread that makes them nor where a policy is kept. Under the rules of JobControl.
class PolicyControl : public QObject
{
    Q_OBJECT

public:
    using QObject::QObject;

    virtual bool isReady() const = 0;
    /// Nothing: the built-in policy counts. BadSignature when the one that was set cannot be trusted.
    virtual void inForce(QObject* context, Callback<std::optional<PolicyInForce>> done) = 0;
    /// Errors of parsePolicy and PolicyBackTest; it ends with Cancelled when the profile is locked meanwhile.
    virtual void tryHistory(QObject* context, Bytes policy, Callback<PolicyTrial> done) = 0;
    /// statements: files of other operators' words for this change. Errors of parsePolicy, of the first file
    /// that holds no such word, and of PolicyStore::changeTo.
    virtual void changeStanding(QObject* context, Bytes policy, const QStringList& statements,
                                Callback<PolicyChangeStanding> done) = 0;
    /// Writes this desk's operator's word for the change into the file, for another desk. Errors of
    /// PolicyStore::endorse and of writing; Denied when the grant is too old.
    virtual void endorse(QObject* context, Bytes policy, const std::string& replaces, const QString& file,
                         const Reauthentication::Grant& grant, Callback<void> done) = 0;
    /// Errors of PolicyStore::set; Denied when the grant is too old. replaces: the hash of the one that the
    /// operator saw in force, empty for the built-in one.
    virtual void putInForce(QObject* context, Bytes policy, const std::string& replaces,
                            const QStringList& statements, const Reauthentication::Grant& grant,
                            Callback<void> done) = 0;

Q_SIGNALS:
    void readyChanged();
    /// Another policy is in force.
    void changed();
};

}  // namespace countersign
