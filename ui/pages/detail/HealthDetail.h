#pragma once

#include "core/health/HealthReader.h"
#include "ui/pages/detail/DetailPane.h"
#include "ui/widgets/Chip.h"
#include "ui/widgets/FactGrid.h"

#include <QFrame>
#include <QPushButton>

namespace countersign {

/// The detail pane of a finding: what is known of it, and the button that mends it.
class HealthDetail : public DetailPane
{
    Q_OBJECT

public:
    HealthDetail(ProfileReader& reader, QWidget* parent = nullptr);

    /// For what is read from now on.
    void setQuestion(const HealthQuestion& question) { m_question = question; }
    /// As the button does; nothing where the sentence is all that helps.
    void mend();
    /// What the button says; empty where there is none.
    QString action() const { return m_action->isVisibleTo(this) ? m_action->text() : QString(); }
    /// Shown where ending the delegation mends it.
    QPushButton* revokeButton() const { return m_revoke; }
    void setRevokingAllowed(bool isAllowed);

Q_SIGNALS:
    void mendWanted(const countersign::HealthFinding& finding);
    /// Asks first.
    void revokeWanted(const QString& walletId);

protected:
    void read() override;

private:
    void take(const HealthFinding& finding);

    HealthQuestion m_question;
    HealthFinding m_finding;
    ChipLabel* m_severity = nullptr;
    QLabel* m_kind = nullptr;
    QLabel* m_title = nullptr;
    QFrame* m_advice = nullptr;
    QLabel* m_mend = nullptr;
    QPushButton* m_action = nullptr;
    QPushButton* m_revoke = nullptr;
    FactGrid* m_facts = nullptr;
};

/// Where a finding is mended in the window. Nowhere: the finding's sentence has the command, or says what to
/// do at Dynamic or with the machine.
enum class MendPlace { Nowhere, Wallet, Quarantine, Settings, Keys };
MendPlace mendPlace(HealthRule rule);
/// Whether ending the delegation mends it.
bool isMendedByRevoking(HealthRule rule);

}  // namespace countersign
