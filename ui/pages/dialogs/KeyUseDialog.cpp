#include "ui/pages/dialogs/KeyUseDialog.h"

#include "ui/text/TimeText.h"
#include "ui/text/VisibleText.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/Labels.h"

#include <QHeaderView>
#include <QLocale>
#include <QPushButton>
#include <QVBoxLayout>

namespace countersign {

namespace {

enum KeyColumn { Kid, Here, Registered, Opened, Waiting, KeyColumnCount };

QTableWidgetItem* keyCell(const QString& text)
{
    auto* item = new QTableWidgetItem(text);
    item->setFlags(Qt::ItemIsSelectable | Qt::ItemIsEnabled);
    return item;
}

QString countText(std::int64_t count)
{
    return QLocale().toString(static_cast<qlonglong>(count));
}

}  // namespace

KeyUseDialog::KeyUseDialog(ProfileReader& reader, const HealthQuestion& question, QWidget* parent)
    : QDialog(parent)
{
    setWindowTitle(tr("Keys and the wallets that need them"));
    setAttribute(Qt::WA_DeleteOnClose);
    m_sentence = plainLabel(tr("Reading …"), this);
    m_sentence->setWordWrap(true);
    m_table = new QTableWidget(0, KeyColumnCount, this);
    m_table->setHorizontalHeaderLabels(
        {tr("RSA key"), tr("Here"), tr("At Dynamic"), tr("Wallets it opened"), tr("Waiting for it")});
    m_table->setAccessibleName(tr("RSA keys"));
    m_table->verticalHeader()->hide();
    m_table->setShowGrid(false);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->horizontalHeader()->setStretchLastSection(true);
    m_show = new QPushButton(tr("Show its wallets"), this);
    m_show->setEnabled(false);
    auto* close = new QPushButton(tr("Close"), this);
    auto* buttons = new QHBoxLayout;
    buttons->addWidget(m_show);
    buttons->addStretch(1);
    buttons->addWidget(close);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(16, 16, 16, 16);
    layout->setSpacing(12);
    layout->addWidget(m_sentence);
    layout->addWidget(m_table, 1);
    layout->addLayout(buttons);
    resize(760, 360);

    connect(close, &QPushButton::clicked, this, &QDialog::close);
    connect(m_show, &QPushButton::clicked, this, &KeyUseDialog::showWallets);
    connect(m_table, &QTableWidget::itemSelectionChanged, this,
            [this] { m_show->setEnabled(!m_table->selectedItems().isEmpty()); });
    reader.query(
        this, [question](Database& database) { return HealthReader(database, question).keyUse(); },
        [this](const Result<std::vector<KeyUse>>& uses) { take(uses); });
}

void KeyUseDialog::take(const Result<std::vector<KeyUse>>& uses)
{
    m_loading = false;
    if (!uses) {
        m_sentence->setText(uses.error().sentence);
        return;
    }
    m_sentence->setText(
        uses->empty()
            ? tr("There is no RSA key and no delegation yet.")
            : tr("A key can be retired when no wallet waits for it and it is not registered at Dynamic any "
                 "more. What it opened is sealed here under the profile's own key and does not need it "
                 "again, "
                 "except for reading the feed from its start."));
    m_table->setRowCount(static_cast<int>(uses->size()));
    int row = 0;
    for (const KeyUse& use : *uses) {
        auto* kid = keyCell(use.kid.empty() ? tr("not named") : visibleText(use.kid));
        kid->setFont(Theme::monospace());
        kid->setData(Qt::UserRole, QString::fromStdString(use.kid));
        kid->setToolTip(plainToolTip(use.isHere ? utcTime(use.createdAt) : QString()));
        m_table->setItem(row, Kid, kid);
        m_table->setItem(row, Here, keyCell(use.isHere ? tr("yes") : tr("missing")));
        m_table->setItem(row, Registered,
                         keyCell(!use.isRegistered   ? tr("not asked")
                                 : *use.isRegistered ? tr("registered")
                                                     : tr("not registered")));
        m_table->setItem(row, Opened, keyCell(countText(use.opened)));
        m_table->setItem(row, Waiting, keyCell(countText(use.waiting)));
        ++row;
    }
    m_table->resizeColumnsToContents();
    if (row > 0) {
        m_table->selectRow(0);
    }
}

void KeyUseDialog::showWallets()
{
    const int row = m_table->currentRow();
    if (row < 0) {
        return;
    }
    const QString kid = m_table->item(row, Kid)->data(Qt::UserRole).toString();
    if (!kid.isEmpty()) {
        Q_EMIT walletsWanted(kid);
        close();
    }
}

}  // namespace countersign
