#pragma once

#include "ui/session/control/DrillControl.h"
#include "ui/widgets/table/StateRows.h"

#include <QDialog>
#include <QLabel>
#include <QPushButton>
#include <QRadioButton>

#include <array>

namespace countersign {

/// The dialog of a drill: the emergency stop over a copy of the profile, and how long each step took. It says
/// in every state that nothing real happens, since its other half looks alike.
class DrillDialog : public QDialog
{
    Q_OBJECT

public:
    DrillDialog(DrillControl& control, const Clock& clock, QWidget* parent = nullptr);

    using Scope = EmergencyRequest::Scope;
    /// Rows of the wallets table that can be chosen; may be empty.
    void setChosen(std::vector<std::int64_t> rows);

    bool isRunning() const { return m_isRunning; }
    QRadioButton* choice(Scope scope) const { return m_choices[static_cast<std::size_t>(scope)]; }
    QPushButton* runButton() const { return m_run; }
    QPushButton* closeButton() const { return m_close; }
    /// How each step went, in words, and the sentence under them.
    QStringList steps() const { return m_stepWords; }
    QString outcome() const { return m_outcome->text(); }

    void done(int result) override;

private:
    void build();
    void addChoices(QVBoxLayout* layout);
    Scope scope() const;
    void runDrill();
    void showStage(DrillStage stage);
    void finish(const Result<DrillReport>& report);
    void showReport(const DrillReport& report);
    void addStep(Tone tone, const QString& name, const QString& words);
    void updateButtons();

    DrillControl& m_control;
    const Clock& m_clock;
    std::vector<std::int64_t> m_rows;
    std::array<QRadioButton*, 3> m_choices = {};
    QWidget* m_question = nullptr;
    StateRows* m_steps = nullptr;
    QStringList m_stepWords;
    QLabel* m_stage = nullptr;
    QLabel* m_outcome = nullptr;
    QPushButton* m_run = nullptr;
    QPushButton* m_close = nullptr;
    std::uint64_t m_number = 0;  ///< of the drill; answers of earlier ones are nobody's
    bool m_isRunning = false;
};

}  // namespace countersign
