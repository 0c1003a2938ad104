#pragma once

#include "core/policy/document/PolicyDocument.h"
#include "ui/policy/PolicyChangePanel.h"
#include "ui/revocation/ReauthenticationPanel.h"
#include "ui/session/control/PolicyControl.h"

#include <QDialog>

#include <functional>

namespace countersign {

/// The question before another policy decides: what is different, that approvals which were given under the
/// one before stop counting, whose approval it has where the one in force asks for some, and who sits here.
class PutInForceDialog : public QDialog
{
    Q_OBJECT

public:
    /// bytes: of policy. before: nothing where the built-in one counts.
    PutInForceDialog(Bytes bytes, const PolicyDocument& policy, const std::optional<PolicyInForce>& before,
                     PolicyControl& control, Reauthentication& reauthentication, const Clock& clock,
                     QWidget* parent = nullptr);

    QString consequence() const { return m_words->text(); }
    PolicyChangePanel* approvals() const { return m_approvals; }
    ReauthenticationPanel* reauthentication() const { return m_again; }
    QPushButton* setButton() const { return m_set; }
    QString written() const { return m_written->text(); }
    QString problem() const { return m_problem->text(); }

private:
    void build(const PolicyDocument& policy, const std::optional<PolicyInForce>& before,
               Reauthentication& reauthentication, const Clock& clock);
    void update();
    void grow();
    void put();
    void write(const QString& file);
    void act(const std::function<void(const Reauthentication::Grant&, Callback<void>)>& action,
             const std::function<void()>& done);

    PolicyControl& m_control;
    Bytes m_bytes;
    std::string m_replaces;
    bool m_isPutting = false;
    QLabel* m_words = nullptr;
    PolicyChangePanel* m_approvals = nullptr;
    ReauthenticationPanel* m_again = nullptr;
    QLabel* m_problem = nullptr;
    QLabel* m_written = nullptr;  ///< where this desk's word was saved
    QPushButton* m_set = nullptr;
};

}  // namespace countersign
