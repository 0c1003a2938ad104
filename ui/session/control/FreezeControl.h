#pragma once

#include "ui/session/control/Reauthentication.h"
#include "ui/session/control/RecordControl.h"

namespace countersign {

/// The GUI's asynchronous interface for freezing all signing at this desk, under the rules of JobControl.
class FreezeControl : public QObject
{
    Q_OBJECT

public:
    using QObject::QObject;

    /// False: this profile cannot be frozen; obstacle() says why.
    virtual bool isAvailable() const = 0;
    virtual QString obstacle() const = 0;
    /// From then on nothing is approved here and no signing room is opened. Where it is frozen already, the
    /// first freeze stays. reason: 1 to 4000 bytes of UTF-8. Denied: the grant is too old.
    virtual void freeze(QObject* context, const std::string& reason, const Reauthentication::Grant& grant,
                        Callback<void> done) = 0;
    /// The same here, and every other desk of the relay's inbox is told by a word that this desk's operator
    /// signs. An error, as Denied and where nobody is an operator here: nothing was done, not here either.
    virtual void freezeInbox(QObject* context, const std::string& reason,
                             const Reauthentication::Grant& grant, Callback<InboxTold> done) = 0;
};

}  // namespace countersign
