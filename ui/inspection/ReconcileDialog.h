#pragma once

#include "ui/inspection/MissingMessagesModel.h"
#include "ui/session/control/InspectionControl.h"
#include "ui/widgets/table/DataTable.h"

#include <QComboBox>
#include <QDialog>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>

namespace countersign {

/// The dialog of reconciling: compares the webhook's messages at Dynamic with what arrived, lists the holes,
/// has the chosen ones or all sent again, and watches them arrive. What is going on is the session's: closing
/// the dialog stops nothing.
class ReconcileDialog : public QDialog
{
    Q_OBJECT

public:
    /// For how long what was sent again is watched for.
    static constexpr std::chrono::milliseconds arrivalPatience = std::chrono::minutes(2);

    ReconcileDialog(InspectionControl& control, const Clock& clock, QWidget* parent = nullptr);

    QComboBox* span() const { return m_span; }
    QPushButton* compareButton() const { return m_compare; }
    QPushButton* selectedButton() const { return m_selected; }
    QPushButton* allButton() const { return m_all; }
    QPushButton* cancelButton() const { return m_cancel; }
    DataTable* table() const { return m_table; }
    MissingMessagesModel* model() const { return m_model; }
    QString sentence() const { return m_sentence->text(); }

private:
    void build();
    void showRun();
    void updateButtons();
    void compare();
    /// Exactly these: what is shown is what is done, whatever is found missing meanwhile.
    void redeliver(std::set<std::string> messageIds);
    std::set<std::string> selected() const;
    std::set<std::string> everyMissing() const;

    InspectionControl& m_control;
    const Clock& m_clock;
    MissingMessagesModel* m_model = nullptr;
    QComboBox* m_span = nullptr;
    QPushButton* m_compare = nullptr;
    DataTable* m_table = nullptr;
    QLabel* m_sentence = nullptr;
    QProgressBar* m_bar = nullptr;
    QPushButton* m_cancel = nullptr;
    QPushButton* m_selected = nullptr;
    QPushButton* m_all = nullptr;
    std::shared_ptr<const ReconciliationReport> m_shown;
    std::size_t m_chosen = 0;  ///< counted when it changes, for a run is told of ten times a second
};

}  // namespace countersign
