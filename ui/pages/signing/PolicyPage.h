#pragma once

#include "ui/pages/frame/Page.h"
#include "ui/policy/PolicyEditor.h"
#include "ui/policy/TrialView.h"
#include "ui/session/control/PolicyControl.h"
#include "ui/session/control/Reauthentication.h"
#include "ui/widgets/EmptyState.h"

#include <QStackedWidget>

namespace countersign {

class PutInForceDialog;

/// The policy's page: the rule book that decides about jobs here, to be read, changed, tried against the
/// history, and put in force. What is typed decides nothing before that.
class PolicyPage : public Page
{
    Q_OBJECT

public:
    static constexpr QLatin1StringView pageName{"policy"};

    PolicyPage(PolicyControl& control, Reauthentication& reauthentication, const Clock& clock,
               QWidget* parent = nullptr);

    QString title() const override { return m_title->text(); }
    void start() override;
    void refresh() override;
    bool isSettled() const override { return !m_isReading && m_editor->isSettled(); }
    void focusContent() override;

    PolicyEditor* editor() const { return m_editor; }
    TrialView* trial() const { return m_trial; }
    QPushButton* tryButton() const { return m_try; }
    QPushButton* putButton() const { return m_put; }
    QPushButton* discardButton() const { return m_discard; }
    QString subtitle() const { return m_subtitle->text(); }
    bool isEditorShown() const { return m_stack->currentWidget() == m_editor; }

    // What the buttons do; nothing, and nullptr, where it cannot be done now.

    void tryHistory();
    PutInForceDialog* putInForce();

private:
    void build();
    void take(const Result<std::optional<PolicyInForce>>& known);
    void showInForce();
    void updateState();
    Bytes typedBytes() const;

    PolicyControl& m_control;
    Reauthentication& m_reauthentication;
    const Clock& m_clock;
    std::optional<PolicyInForce> m_inForce;
    std::optional<Error> m_error;
    bool m_isStarted = false;
    bool m_isReading = false;
    bool m_isRead = false;
    Bytes m_tried;  ///< what the trial is about
    bool m_isTrying = false;
    QLabel* m_title = nullptr;
    QLabel* m_subtitle = nullptr;
    QStackedWidget* m_stack = nullptr;
    EmptyState* m_empty = nullptr;
    PolicyEditor* m_editor = nullptr;
    TrialView* m_trial = nullptr;
    QPushButton* m_try = nullptr;
    QPushButton* m_put = nullptr;
    QPushButton* m_discard = nullptr;
};

}  // namespace countersign
