#include "ui/compose/ComposeDialog.h"

#include "core/signing/job/JobDocument.h"
#include "ui/theme/Icons.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/Labels.h"
#include "ui/widgets/Panes.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QScreen>
#include <QScrollArea>
#include <QVBoxLayout>

#include <algorithm>

namespace countersign {

namespace {

constexpr UnixMillis expiryMinute = 60'000;
constexpr UnixMillis expiryHour = 60 * expiryMinute;
constexpr int shownWallets = 4;
constexpr int explainDelayMs = 250;  ///< not with every letter
constexpr int titleBarHeight = 40;   ///< about; the window's own height is without it

QWidget* labelled(const QString& name, QWidget* editor, QWidget* parent)
{
    auto* row = new QWidget(parent);
    QLabel* label = plainLabel(name, row);
    label->setBuddy(editor);
    label->setFixedWidth(110);
    editor->setAccessibleName(name);
    auto* layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(12);
    layout->addWidget(label);
    layout->addWidget(editor, 1);
    return row;
}

}  // namespace

ComposeDialog::ComposeDialog(ProfileReader& reader, JobControl& control, const Clock& clock, QWidget* parent)
    : QDialog(parent), m_control(control), m_clock(clock), m_wallets(new WalletModel(reader, clock, this))
{
    setWindowTitle(tr("New job"));
    setSizeGripEnabled(true);
    setMinimumSize(640, 560);
    resize(760, 680);
    m_kinds = new QComboBox(this);
    m_forms = new QStackedWidget(this);
    m_draft = new DraftView(reader, this);
    m_explainSoon.setSingleShot(true);
    m_explainSoon.setInterval(explainDelayMs);
    connect(&m_explainSoon, &QTimer::timeout, this, &ComposeDialog::explainDraft);
    m_problem = plainLabel({}, this);
    m_problem->setProperty("role", QStringLiteral("bad"));
    m_problem->setWordWrap(true);
    m_submit = new QPushButton(tr("Create and review"), this);
    m_submit->setProperty("role", QStringLiteral("primary"));
    m_submit->setAutoDefault(false);
    auto* cancel = new QPushButton(tr("Cancel"), this);
    cancel->setAutoDefault(false);
    auto* buttons = new QHBoxLayout;
    buttons->setSpacing(8);
    buttons->addStretch(1);
    buttons->addWidget(cancel);
    buttons->addWidget(m_submit);

    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(24, 16, 24, 16);
    layout->setSpacing(12);
    layout->addWidget(buildWallets());
    layout->addWidget(labelled(tr("What"), m_kinds, this));
    layout->addWidget(m_forms, 1);
    layout->addWidget(m_draft);
    layout->addWidget(buildFrame());
    layout->addWidget(m_problem);
    layout->addLayout(buttons);

    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_submit, &QPushButton::clicked, this, &ComposeDialog::submit);
    connect(m_kinds, &QComboBox::currentIndexChanged, this, &ComposeDialog::showKind);
    connect(&m_control, &JobControl::readyChanged, this, &ComposeDialog::updateControls);
    setChain(QStringLiteral("EVM"));
    search();
    m_wallets->start();
}

QWidget* ComposeDialog::buildWallets()
{
    auto* part = new QWidget(this);
    m_search = new QLineEdit(part);
    m_search->setClearButtonEnabled(true);
    m_search->setPlaceholderText(tr("Search the active wallets: address, wallet id, user id"));
    m_search->setAccessibleName(tr("Search the wallets"));
    m_search->addAction(themeIcon(QStringLiteral("search")), QLineEdit::LeadingPosition);
    m_table = new DataTable(part);
    m_table->setModel(m_wallets);
    m_table->setAccessibleName(tr("Active wallets"));
    m_table->horizontalHeader()->hide();
    for (const int column :
         {WalletModel::Status, WalletModel::Health, WalletModel::Received, WalletModel::LastEvent}) {
        m_table->hideColumn(column);
    }
    m_table->setStretchColumn(WalletModel::Address);
    m_table->fitColumns({WalletModel::Chain, WalletModel::User});
    fitTable();
    m_noWallet = mutedLabel({}, part);
    auto* layout = new QVBoxLayout(part);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    layout->addWidget(sectionLabel(tr("Wallet that signs"), part));
    layout->addWidget(m_search);
    layout->addWidget(m_table);
    layout->addWidget(m_noWallet);
    connect(m_search, &QLineEdit::textChanged, this, &ComposeDialog::search);
    connect(m_table, &DataTable::currentRowChanged, this,
            [this](const QModelIndex& current) { chooseWallet(current.row()); });
    connect(m_wallets, &PagedTableModel::rowsFetched, this,
            [this] { chooseWallet(m_table->currentIndex().row()); });
    connect(m_wallets, &PagedTableModel::stateChanged, this, [this] {
        if (m_wallets->rowCount() > 0 && !m_table->currentIndex().isValid()) {
            m_table->selectRow(0);
        }
        fitTable();
        chooseWallet(m_table->currentIndex().row());
    });
    return part;
}

QWidget* ComposeDialog::buildFrame()
{
    auto* part = new QWidget(this);
    m_broadcast = new QCheckBox(tr("Send it to the network once it is signed"), part);
    m_reason = new QLineEdit(part);
    m_reason->setMaxLength(500);
    m_reason->setPlaceholderText(tr("Why it is signed, for the review and the record"));
    m_expiry = new QComboBox(part);
    m_expiry->addItem(tr("in 10 minutes"), qlonglong(10 * expiryMinute));
    m_expiry->addItem(tr("in 1 hour"), qlonglong(expiryHour));
    m_expiry->addItem(tr("in 8 hours"), qlonglong(8 * expiryHour));
    m_expiry->addItem(tr("in 1 day"), qlonglong(24 * expiryHour));
    m_expiry->setCurrentIndex(1);
    auto* layout = new QVBoxLayout(part);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    layout->addWidget(m_broadcast);
    layout->addWidget(labelled(tr("Reason"), m_reason, part));
    layout->addWidget(labelled(tr("Expires"), m_expiry, part));
    return part;
}

void ComposeDialog::fitTable()
{
    const int rows = std::clamp(m_wallets->rowCount(), 1, shownWallets);
    m_table->setFixedHeight(rows * tableRowHeight + 4);
}

void ComposeDialog::setWallet(const QString& walletId)
{
    m_search->setText(walletId);
}

void ComposeDialog::setKind(const QString& name)
{
    m_kinds->setCurrentIndex(std::max(0, m_kinds->findText(name)));
}

ComposeForm* ComposeDialog::formAt(int index) const
{
    auto* scroll = static_cast<QScrollArea*>(m_forms->widget(index));
    return scroll == nullptr ? nullptr : static_cast<ComposeForm*>(scroll->widget());
}

ComposeForm* ComposeDialog::form() const
{
    return formAt(m_forms->currentIndex());
}

void ComposeDialog::search()
{
    QString text = m_search->text();
    text.removeIf([](QChar c) { return c.isSpace(); });
    m_wallet.reset();
    m_table->clearSelection();
    m_table->setCurrentIndex({});
    m_wallets->setFilter({.text = text.toStdString(), .status = WalletStatus::Active});
    updateControls();
}

void ComposeDialog::chooseWallet(int row)
{
    const Wallet* wallet = row < 0 ? nullptr : m_wallets->rowAt(row);
    m_wallet = wallet == nullptr ? std::nullopt : std::optional(*wallet);
    if (m_wallet) {
        setChain(QString::fromStdString(m_wallet->chain));
    }
    tellForms();
    updateControls();
}

void ComposeDialog::setChain(const QString& chain)
{
    if (chain == m_chain) {
        return;
    }
    m_chain = chain;
    const QSignalBlocker quiet(m_kinds);
    m_kinds->clear();
    while (QWidget* old = m_forms->widget(0)) {
        m_forms->removeWidget(old);
        old->deleteLater();
    }
    for (const auto& [name, form] : composeForms(chain, m_control, this)) {
        m_kinds->addItem(name);
        // A form that grows, as with what a node has answered, must not push the rest out of the screen.
        m_forms->addWidget(scrolling(form, this));
        connect(form, &ComposeForm::obstacleChanged, this, &ComposeDialog::updateControls);
        // Once the layout knows what has come or gone.
        connect(form, &ComposeForm::obstacleChanged, this, &ComposeDialog::makeRoom, Qt::QueuedConnection);
        connect(form, &ComposeForm::edited, this, [this, edited = form] {
            edited->showError({});
            m_problem->clear();
            updateControls();
        });
    }
    tellForms();
    showKind();
}

void ComposeDialog::tellForms()
{
    for (int i = 0; i < m_forms->count(); ++i) {
        formAt(i)->setWallet(m_wallet ? m_wallet->address : std::string());
    }
}

void ComposeDialog::makeRoom()
{
    auto* scroll = static_cast<QScrollArea*>(m_forms->currentWidget());
    if (scroll == nullptr || !isVisible()) {
        return;
    }
    const QSize seen = scroll->viewport()->size();
    const int missing = form()->layout()->totalHeightForWidth(seen.width()) - seen.height();
    const int highest = screen()->availableGeometry().height() - titleBarHeight;
    if (missing > 0 && height() < highest) {
        resize(width(), std::min(height() + missing, highest));
    }
}

void ComposeDialog::showKind()
{
    m_forms->setCurrentIndex(m_kinds->currentIndex());
    m_broadcast->setVisible(form() != nullptr && isTransaction(form()->kind()));
    m_problem->clear();
    updateControls();
}

DraftFrame ComposeDialog::frame() const
{
    return {m_wallet->walletId, form()->kind(), m_broadcast->isChecked(), m_reason->text().trimmed(),
            m_clock.now() + m_expiry->currentData().toLongLong()};
}

/// As it would be stored, so that it is read and explained as a job is.
void ComposeDialog::explainDraft()
{
    auto payload = m_wallet && form() != nullptr && form()->obstacle().isEmpty()
                       ? form()->draft(m_wallet->address)
                       : DraftPayload(tl::unexpected(DraftError{}));
    if (!payload) {
        m_draft->clear();
        return;
    }
    Job draft;
    draft.document = jobDocument(frame(), std::move(*payload));
    const auto document = parseJobDocument(draft.document);
    if (!document) {
        m_draft->clear();
        return;
    }
    draft.jobId = jobIdOf(draft.document);
    draft.origin = JobOrigin::Console;
    draft.walletId = m_wallet->walletId;
    draft.chain = m_wallet->chain;
    draft.address = m_wallet->address;
    draft.kind = document->kind;
    draft.broadcast = document->broadcast;
    draft.reason = document->reason;
    draft.createdAt = m_clock.now();
    draft.expiresAt = document->expiresAt.value_or(draft.createdAt + defaultJobLifetime);
    m_draft->explain(std::move(draft));
}

void ComposeDialog::submit()
{
    if (!m_wallet || form() == nullptr || m_submitting || !m_control.isReady() ||
        !form()->obstacle().isEmpty()) {
        return;
    }
    auto payload = form()->draft(m_wallet->address);
    if (!payload) {
        m_problem->setText(form()->showError(payload.error()) ? QString() : payload.error().sentence);
        return;
    }
    form()->showError({});
    m_submitting = true;
    m_control.submit(this, jobDocument(frame(), std::move(*payload)), JobOrigin::Console,
                     [this](const Result<Job>& job) {
                         m_submitting = false;
                         updateControls();
                         if (!job) {
                             m_problem->setText(job.error().sentence);
                             return;
                         }
                         Q_EMIT submitted(QString::fromStdString(job->jobId));
                         accept();
                     });
    updateControls();
}

void ComposeDialog::updateControls()
{
    const bool none = m_wallets->state() == PagedTableModel::State::Ready && m_wallets->rowCount() == 0;
    m_noWallet->setText(
        none ? tr("No active wallet matches.")
        : !m_wallet
            ? tr("Choose the wallet that signs.")
            : tr("%1 · wallet %2").arg(chainName(m_chain), QString::fromStdString(m_wallet->walletId)));
    const QString obstacle = !m_control.isReady() ? tr("Unlock the profile first.")
                             : form() != nullptr  ? form()->obstacle()
                                                  : QString();
    m_submit->setEnabled(m_wallet.has_value() && form() != nullptr && !m_submitting && obstacle.isEmpty());
    m_submit->setToolTip(obstacle);
    m_explainSoon.start();
}

}  // namespace countersign
