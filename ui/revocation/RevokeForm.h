#pragma once

#include "ui/revocation/ReauthenticationPanel.h"
#include "ui/revocation/models/RevocationPlanModel.h"
#include "ui/session/control/RevocationControl.h"
#include "ui/widgets/table/DataTable.h"

#include <QCheckBox>
#include <QLineEdit>

namespace countersign {

/// The form of a revocation: what it will do to each wallet, and what is asked for before it happens: a
/// reason, whether the material is destroyed at once, and who confirms it.
class RevokeForm : public QWidget
{
    Q_OBJECT

public:
    RevokeForm(Reauthentication& reauthentication, const Clock& clock, QWidget* parent = nullptr);

    void setPreview(RevocationPreviewPtr preview);
    const RevocationPreviewPtr& preview() const { return m_preview; }
    /// There is something to do, and everything that is needed for it.
    bool isComplete() const;
    /// The verb with the number.
    QString actionText() const;
    RevocationControl::Order order() const;

    DataTable* table() const { return m_table; }
    QLineEdit* reasonField() const { return m_reason; }
    QCheckBox* localFirstBox() const { return m_localFirst; }
    QCheckBox* checkBox() const { return m_check; }
    /// Shown where one wallet with a share set is to end.
    QCheckBox* shareSetBox() const { return m_onlySet; }
    /// The share set that is to end alone, as it was chosen.
    std::optional<std::string> onlyShareSet() const;
    ReauthenticationPanel* panel() const { return m_panel; }
    QString explanation() const { return m_explanation->text(); }
    QString headline() const { return m_headline->text(); }

Q_SIGNALS:
    void changed();
    /// What is to end is another thing now: it has to be planned anew.
    void scopeChanged();

private:
    void build();
    QString explain() const;
    bool mayBeChecked() const;

    RevocationPreviewPtr m_preview;
    RevocationPlanModel* m_model = nullptr;
    QLabel* m_headline = nullptr;
    QLabel* m_explanation = nullptr;
    DataTable* m_table = nullptr;
    QLineEdit* m_reason = nullptr;
    QCheckBox* m_onlySet = nullptr;
    QCheckBox* m_localFirst = nullptr;
    QCheckBox* m_check = nullptr;
    std::string m_shareSet;  ///< of the one wallet; empty where there is no choice
    ReauthenticationPanel* m_panel = nullptr;
};

}  // namespace countersign
