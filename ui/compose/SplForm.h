#pragma once

#include "ui/compose/ComposeForms.h"
#include "ui/widgets/FactGrid.h"

#include <QProgressBar>
#include <QPushButton>
#include <QTimer>

namespace countersign {

/// The form for a transfer of an SPL token, which is composed of facts that only the chain knows. It asks the
/// configured node for them as soon as token and recipient are written down, shows them, and gives no draft
/// before they are there; what was learnt is forgotten as soon as one of the addresses changes.
class SplForm : public ComposeForm
{
    Q_OBJECT

public:
    SplForm(JobControl& control, QWidget* parent);

    DraftPayload draft(const std::string& walletAddress) const override;
    void setWallet(const std::string& address) override;
    QString obstacle() const override;

    const std::optional<SplFacts>& facts() const { return m_facts; }
    QCheckBox* creationBox() const { return m_create; }
    QPushButton* askAgainButton() const { return m_again; }
    QString status() const { return m_status->text(); }
    bool isAsking() const { return m_asking; }
    FactGrid* factGrid() const { return m_grid; }

private:
    /// Nothing is known any more; asks again in a moment, when the typing pauses.
    void forget();
    void lookUp();
    void take(const Result<SplFacts>& facts);
    void say(const QString& words, const char* role);
    void showFacts();

    JobControl& m_control;
    std::string m_wallet;
    std::optional<SplFacts> m_facts;
    std::uint64_t m_round = 0;  ///< answers to earlier ones come too late
    bool m_asking = false;
    QTimer m_pause;
    QLabel* m_createLabel = nullptr;
    QCheckBox* m_create = nullptr;
    QLabel* m_status = nullptr;
    QProgressBar* m_progress = nullptr;
    QPushButton* m_again = nullptr;
    FactGrid* m_grid = nullptr;
};

}  // namespace countersign
