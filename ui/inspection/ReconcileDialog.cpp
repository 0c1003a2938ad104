#include "ui/inspection/ReconcileDialog.h"

#include "ui/text/InspectionText.h"
#include "ui/widgets/Labels.h"

#include <QHeaderView>
#include <QLocale>
#include <QVBoxLayout>

namespace countersign {

namespace {
constexpr int everyDay = 0;
constexpr UnixMillis millisOfDay = 24LL * 60 * 60 * 1000;
}  // namespace

ReconcileDialog::ReconcileDialog(InspectionControl& control, const Clock& clock, QWidget* parent)
    : QDialog(parent), m_control(control), m_clock(clock), m_model(new MissingMessagesModel(this))
{
    setWindowTitle(tr("Did everything arrive?"));
    setAttribute(Qt::WA_DeleteOnClose);
    build();
    connect(m_compare, &QPushButton::clicked, this, &ReconcileDialog::compare);
    connect(m_cancel, &QPushButton::clicked, &m_control, &InspectionControl::cancel);
    connect(m_selected, &QPushButton::clicked, this, [this] { redeliver(selected()); });
    connect(m_all, &QPushButton::clicked, this, [this] { redeliver(everyMissing()); });
    connect(&m_control, &InspectionControl::runChanged, this, &ReconcileDialog::showRun);
    connect(&m_control, &InspectionControl::readyChanged, this, &ReconcileDialog::updateButtons);
    connect(m_table->selectionModel(), &QItemSelectionModel::selectionChanged, this, [this] {
        m_chosen = selected().size();
        updateButtons();
    });
    showRun();
}

void ReconcileDialog::build()
{
    m_span = new QComboBox(this);
    m_span->setAccessibleName(tr("Messages of which time"));
    m_span->addItem(tr("The last 24 hours"), 1);
    m_span->addItem(tr("The last 7 days"), 7);
    m_span->addItem(tr("The last 30 days"), 30);
    m_span->addItem(tr("Everything that Dynamic keeps"), everyDay);
    m_span->setCurrentIndex(1);
    m_compare = new QPushButton(tr("Compare"), this);
    m_compare->setProperty("role", QStringLiteral("primary"));
    m_table = new DataTable(this);
    m_table->setModel(m_model);
    m_table->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_table->setAccessibleName(tr("Messages that did not arrive"));
    m_table->setColumnWidths({210, 190, 240});
    m_table->horizontalHeader()->setStretchLastSection(true);
    m_sentence = plainLabel({}, this);
    m_sentence->setWordWrap(true);
    m_bar = new QProgressBar(this);
    m_bar->setTextVisible(false);
    m_bar->setAccessibleName(tr("How far it has come"));
    m_cancel = new QPushButton(tr("Cancel"), this);
    m_selected = new QPushButton(this);
    m_all = new QPushButton(this);
    auto* close = new QPushButton(tr("Close"), this);
    connect(close, &QPushButton::clicked, this, &QDialog::close);

    auto* question = new QHBoxLayout;
    question->addWidget(m_span);
    question->addWidget(m_compare);
    question->addStretch(1);
    auto* progress = new QHBoxLayout;
    progress->addWidget(m_bar, 1);
    progress->addWidget(m_cancel);
    auto* buttons = new QHBoxLayout;
    buttons->addWidget(m_selected);
    buttons->addWidget(m_all);
    buttons->addStretch(1);
    buttons->addWidget(close);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(16, 16, 16, 16);
    layout->setSpacing(12);
    layout->addLayout(question);
    layout->addWidget(m_table, 1);
    layout->addWidget(m_sentence);
    layout->addLayout(progress);
    layout->addLayout(buttons);
    resize(820, 480);
}

void ReconcileDialog::compare()
{
    const int days = m_span->currentData().toInt();
    const UnixMillis since = days == everyDay ? 0 : m_clock.now() - days * millisOfDay;
    m_control.reconcile({.since = since, .redeliver = false, .wait = {}});
}

void ReconcileDialog::redeliver(std::set<std::string> messageIds)
{
    // Of the time in which they were found: a comparison that came to nothing has changed nothing of that.
    m_control.reconcile({.since = m_shown ? m_shown->since : 0,
                         .redeliver = true,
                         .wait = arrivalPatience,
                         .only = std::move(messageIds)});
}

std::set<std::string> ReconcileDialog::selected() const
{
    std::set<std::string> ids;
    for (const QItemSelectionRange& range : m_table->selectionModel()->selection()) {
        for (int row = range.top(); row <= range.bottom(); ++row) {
            if (const MissingMessage* message = m_model->missingAt(row)) {
                ids.insert(message->messageId);
            }
        }
    }
    return ids;
}

std::set<std::string> ReconcileDialog::everyMissing() const
{
    std::set<std::string> ids;
    for (int row = 0; row < m_model->rowCount(); ++row) {
        if (const MissingMessage* message = m_model->missingAt(row)) {
            ids.insert(message->messageId);
        }
    }
    return ids;
}

void ReconcileDialog::showRun()
{
    const auto& run = m_control.run();
    const bool isMine = run && run->kind == InspectionRun::Kind::Messages;
    const bool isRunning = isMine && run->isRunning;
    m_bar->setVisible(isRunning);
    m_cancel->setVisible(isRunning);
    const int total = isMine ? static_cast<int>(run->messages.total) : 0;
    m_bar->setRange(0, total);
    m_bar->setValue(isMine ? static_cast<int>(run->messages.done) : 0);
    m_sentence->setText(isMine ? runSentence(*run)
                               : tr("Dynamic's log of the webhook is compared with what arrived here, after "
                                    "the relay was read to its end."));
    // What was found stays until something else is.
    if (isMine && run->report && run->report != m_shown) {
        m_shown = run->report;
        m_model->setReport(m_shown);
        m_chosen = 0;
    }
    updateButtons();
}

void ReconcileDialog::updateButtons()
{
    const bool mayBegin = m_control.mayBegin();
    const int missing = m_model->missingCount();
    m_compare->setEnabled(mayBegin);
    m_selected->setText(tr("Send %1 selected again").arg(QLocale().toString(qulonglong(m_chosen))));
    m_selected->setEnabled(mayBegin && m_chosen > 0);
    m_all->setText(tr("Send all %1 again").arg(QLocale().toString(missing)));
    m_all->setEnabled(mayBegin && missing > 0);
}

}  // namespace countersign
