#include "ui/revocation/RevocationProgress.h"

#include "ui/text/AddressText.h"
#include "ui/text/RevocationText.h"
#include "ui/text/TimeText.h"
#include "ui/text/VisibleText.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/Labels.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QVBoxLayout>

namespace countersign {

RevocationProgress::RevocationProgress(RevocationControl& control, const Clock& clock, QWidget* parent)
    : QWidget(parent),
      m_control(control),
      m_clock(clock),
      m_items(new RevocationItemsModel(this)),
      m_saver(new ProofSaver(control, this))
{
    build();
    connect(&m_control, &RevocationControl::changed, this, [this](const QString& id) {
        if (id == m_id) {
            refresh();
        }
    });
    connect(&m_control, &RevocationControl::readyChanged, this, &RevocationProgress::showState);
    connect(m_saver, &ProofSaver::saved, this,
            [this](const QString& file) { m_note->setText(tr("The proof is in %1").arg(file)); });
    connect(m_saver, &ProofSaver::failed, this,
            [this](const Error& error) { m_note->setText(error.sentence + u' ' + error.detail); });
    connect(m_proof, &QPushButton::clicked, this, [this] { m_saver->ask(m_id); });
    connect(m_retry, &QPushButton::clicked, this, [this] {
        m_note->setText(tr("Trying again …"));
        m_control.resume();
    });
    connect(m_anew, &QPushButton::clicked, this, [this] {
        if (const RevocationItem* item = m_items->itemAt(m_table->currentIndex().row())) {
            Q_EMIT revokeWanted(QString::fromStdString(item->walletId));
        }
    });
    connect(m_keep, &QPushButton::clicked, this, &RevocationProgress::keep);
    connect(m_table, &DataTable::currentRowChanged, this, &RevocationProgress::showSelection);
    connect(m_table, &DataTable::opened, this, [this](const QModelIndex& index) {
        if (const RevocationItem* item = m_items->itemAt(index.row())) {
            Q_EMIT walletChosen(QString::fromStdString(item->walletId));
        }
    });
    showState();
}

void RevocationProgress::build()
{
    m_chip = new ChipLabel(this);
    m_headline = plainLabel({}, this, Theme::font(1.25, QFont::DemiBold));
    m_headline->setWordWrap(true);
    m_reason = valueLabel({}, this);
    m_sentence = mutedLabel({}, this);
    m_sentence->setWordWrap(true);
    m_bar = new QProgressBar(this);
    m_bar->setTextVisible(false);
    m_bar->setAccessibleName(tr("Wallets that are settled"));
    m_table = new DataTable(this);
    m_table->setModel(m_items);
    m_table->setAccessibleName(tr("Wallets of this revocation"));
    m_table->setColumnWidths({178, 126, 90, 100, 220});
    m_table->setStretchColumn(RevocationItemsModel::WordsColumn);
    // What there is to know of the selected wallet stands below, whole.
    m_table->setDropOrder({RevocationItemsModel::JobsColumn, RevocationItemsModel::WordsColumn,
                           RevocationItemsModel::MaterialColumn});
    m_selected = valueLabel({}, this);
    m_note = mutedLabel({}, this);
    m_note->setWordWrap(true);
    m_note->setTextInteractionFlags(Qt::TextSelectableByMouse);
    const auto button = [this](const QString& text) {
        auto* made = new QPushButton(text, this);
        made->setAutoDefault(false);
        return made;
    };
    m_proof = button(tr("Save proof …"));
    m_retry = button(tr("Try again now"));
    m_keep = button(tr("Keep the new delegation"));
    m_keep->setToolTip(tr("The old delegation is ended alone; the new one can be signed with again."));
    m_anew = button(tr("Revoke it, too …"));
    m_anew->setToolTip(tr("The selected wallet was delegated again before Dynamic answered."));

    auto* head = new QHBoxLayout;
    head->setSpacing(12);
    head->addWidget(m_headline, 1);
    head->addWidget(m_chip, 0, Qt::AlignTop);
    auto* buttons = new QHBoxLayout;
    buttons->setSpacing(8);
    buttons->addWidget(m_proof);
    buttons->addWidget(m_retry);
    buttons->addStretch(1);
    buttons->addWidget(m_keep);
    buttons->addWidget(m_anew);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    layout->addLayout(head);
    layout->addWidget(m_reason);
    layout->addWidget(m_sentence);
    layout->addWidget(m_bar);
    layout->addWidget(m_table, 1);
    layout->addWidget(m_selected);
    layout->addWidget(m_note);
    layout->addLayout(buttons);
}

void RevocationProgress::watch(const QString& revocationId)
{
    if (revocationId == m_id) {
        return refresh();
    }
    m_id = revocationId;
    ++m_generation;
    m_isLoading = false;
    m_isStale = false;
    m_revocation.reset();
    m_items->setRevocation({});
    m_note->clear();
    refresh();
}

void RevocationProgress::refresh()
{
    // 100,000 wallets take a moment: one answer at a time, and the newest in the end.
    if (m_id.isEmpty() || m_isLoading) {
        m_isStale = m_isLoading;
        return showState();
    }
    m_isLoading = true;
    m_control.load(
        this, m_id,
        [this, generation = m_generation](const Result<RevocationControl::RevocationPtr>& revocation) {
            if (generation != m_generation) {
                return;
            }
            m_isLoading = false;
            take(revocation);
            if (std::exchange(m_isStale, false)) {
                refresh();
            }
        });
}

void RevocationProgress::take(const Result<RevocationControl::RevocationPtr>& revocation)
{
    if (!revocation) {
        if (revocation.error().code == ErrorCode::Corrupt) {
            // What was shown before must not stand beside it.
            m_revocation.reset();
            m_items->setRevocation({});
        }
        m_note->setText(revocation.error().sentence);
        return showState();
    }
    m_revocation = *revocation;
    m_items->setRevocation(m_revocation);
    if (!m_table->currentIndex().isValid() && m_items->rowCount() > 0) {
        m_table->setCurrentIndex(m_items->index(0, 0));
    }
    if (m_note->text() == tr("Trying again …")) {
        m_note->clear();
    }
    showState();
    Q_EMIT wasRead();
}

void RevocationProgress::showState()
{
    const bool isThere = m_revocation != nullptr;
    m_chip->setVisible(isThere);
    m_proof->setEnabled(isThere && m_control.isReady());
    m_retry->setVisible(isThere && m_revocation->endedAt == 0);
    m_retry->setEnabled(m_control.isReady());
    m_bar->setVisible(isThere && m_revocation->endedAt == 0);
    m_table->setVisible(isThere);
    m_reason->setVisible(isThere);
    showSelection();
    if (!isThere) {
        m_headline->setText(m_isLoading ? tr("Reading …") : QString());
        m_sentence->clear();
        return;
    }
    const RevocationSummary summary = RevocationSummary::of(*m_revocation);
    m_chip->setState(revocationState(summary));
    m_headline->setText(tr("%1: %2").arg(delegationCount(summary.wallets), countsText(summary)));
    m_reason->setText(tr("Reason: %1").arg(visibleText(summary.reason)));
    m_bar->setRange(0, static_cast<int>(summary.wallets));
    m_bar->setValue(static_cast<int>(summary.wallets - summary.pending));
    QString sentence = tr("Begun %1.").arg(utcTime(summary.startedAt));
    if (summary.endedAt != 0) {
        sentence += u' ' + tr("Ended %1.").arg(utcTime(summary.endedAt));
    } else if (summary.waiting() > 0) {
        sentence += u' ' + nextTryText(summary.tryAfter, m_clock.now());
    }
    if (summary.localFirst) {
        sentence += u' ' + tr("Destroyed here without waiting for Dynamic.");
    }
    if (summary.held > 0) {
        sentence +=
            u' ' + tr("What was delegated again is not ended by this: decide about each such wallet.");
    }
    m_sentence->setText(sentence);
}

void RevocationProgress::showSelection()
{
    const RevocationItem* item = m_items->itemAt(m_table->currentIndex().row());
    m_selected->setVisible(item != nullptr);
    if (item != nullptr) {
        QStringList lines = {groupedAddress(visibleText(item->address)), outcomeSentence(*item)};
        const QString check = checkSentence(*item);
        lines << (check == lines.constLast() ? QString() : check);
        if (item->destroyedAt != 0) {
            lines << tr("The material was destroyed here %1.").arg(utcTime(item->destroyedAt));
        }
        lines.removeAll(QString());
        m_selected->setText(lines.join(u'\n'));
    }
    m_anew->setVisible(item != nullptr && item->isHeld);
    m_anew->setEnabled(m_control.isReady());
    m_keep->setVisible(m_anew->isVisibleTo(this));
    m_keep->setEnabled(m_control.isReady());
}

void RevocationProgress::keep()
{
    const RevocationItem* item = m_items->itemAt(m_table->currentIndex().row());
    if (item == nullptr || !item->isHeld) {
        return;
    }
    m_keep->setEnabled(false);
    m_control.release(this, m_id, QString::fromStdString(item->walletId), [this](const Status& released) {
        m_note->setText(released ? tr("The new delegation is kept.") : released.error().sentence);
        showSelection();
    });
}

}  // namespace countersign
