#pragma once

#include "core/delegation/WalletCatalog.h"
#include "core/inbox/delivery/DeliveryCatalog.h"
#include "ui/pages/detail/DetailPane.h"
#include "ui/widgets/Chip.h"
#include "ui/widgets/FactGrid.h"

#include <QFrame>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTabWidget>

namespace countersign {

/// The detail pane of a delivery: verdict and reason, what it changed, ids and times, headers and body.
/// Everything from outside is shown as plain text with invisible characters made visible, and bounded; the
/// profile keeps the exact bytes.
class DeliveryDetail : public DetailPane
{
    Q_OBJECT

public:
    explicit DeliveryDetail(ProfileReader& reader, QWidget* parent = nullptr);

    /// Bytes of a body that are shown as text, and as hex.
    static constexpr std::size_t shownText = 64 * 1024;
    static constexpr std::size_t shownHex = 8 * 1024;
    QPushButton* jobButton() const { return m_toJob; }

Q_SIGNALS:
    void walletChosen(const QString& walletId);
    void quarantineChosen();
    void jobChosen(const QString& jobId);

protected:
    void read() override;

private:
    struct Known
    {
        Delivery delivery;
        DeliveryContent content;
        std::optional<DelegationRecord> delegation;  ///< that came with it
        QString jobId;                               ///< of the job here that it is about
    };
    void build();
    QWidget* buildAdvice();
    static Result<Known> known(Database& database, std::int64_t id);
    void take(const Known& known);
    void showFacts(const Known& known);
    void showContent(const DeliveryContent& content);
    QPlainTextEdit* addTab(const QString& name);

    QString m_walletId;
    QString m_jobId;
    QLabel* m_title = nullptr;
    ChipLabel* m_verdict = nullptr;
    QLabel* m_meaning = nullptr;
    QFrame* m_advice = nullptr;
    QLabel* m_reason = nullptr;
    QLabel* m_effect = nullptr;
    QPushButton* m_toWallet = nullptr;
    QPushButton* m_toJob = nullptr;
    QPushButton* m_toQuarantine = nullptr;
    FactGrid* m_facts = nullptr;
    QLabel* m_note = nullptr;
    QTabWidget* m_tabs = nullptr;
    QPlainTextEdit* m_pretty = nullptr;
    QPlainTextEdit* m_raw = nullptr;
    QPlainTextEdit* m_hex = nullptr;
    QPlainTextEdit* m_headers = nullptr;
};

/// The body laid out for reading, or a sentence why it cannot be.
QString prettyBody(std::string_view body);
/// "name: value" per line from the stored array of pairs; the text itself when it is no such array.
QString headerLines(std::string_view headersJson);

}  // namespace countersign
