#pragma once

#include "core/base/PendingCall.h"
#include "core/policy/operators/OperatorIdentity.h"
#include "core/policy/operators/OperatorRegister.h"
#include "ui/session/control/Reauthentication.h"

#include <QObject>
#include <QString>

#include <optional>
#include <vector>

namespace countersign {

/// Whose word about jobs counts at this desk, as it was read.
struct KnownOperators
{
    std::optional<OwnOperator> own;
    QString ownProblem;  ///< why this desk's identity cannot be used; empty: it can, or there is none
    std::vector<Operator> registered;  ///< by name; where the register is doubted, the bare rows
    QString doubt;                     ///< why no registration counts; empty: all of them do

    bool operator==(const KnownOperators&) const = default;
};

/// The GUI's asynchronous interface to the register of operators and to this desk's own: pages ask for
/// changes and must neither know the thread that makes them nor where the keys lie. Under the rules of
/// JobControl.
class OperatorControl : public QObject
{
    Q_OBJECT

public:
    using QObject::QObject;

    virtual bool isReady() const = 0;
    /// Locked, Database. That something is doubted is part of the answer.
    virtual void read(QObject* context, Callback<KnownOperators> done) = 0;
    /// Errors of OperatorIdentity::create.
    virtual void create(QObject* context, const QString& name, Callback<OwnOperator> done) = 0;

    // Denied when the grant is too old; else the errors of OperatorRegister's functions of the same name.

    /// one: its time is the clock's.
    virtual void add(QObject* context, const Operator& one, const Reauthentication::Grant& grant,
                     Callback<void> done) = 0;
    virtual void remove(QObject* context, const QString& name, const Reauthentication::Grant& grant,
                        Callback<void> done) = 0;
    /// How many open jobs have a statement of this operator.
    virtual void openJobsWith(QObject* context, const ed25519::PublicKey& key, Callback<int> done) = 0;

Q_SIGNALS:
    void readyChanged();
    /// Something was written; views read again.
    void changed();
};

}  // namespace countersign
