#include "ui/addresses/AddressImportDialog.h"

#include "ui/text/VisibleText.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/Labels.h"
#include "ui/widgets/table/CellDelegate.h"

#include <QDialogButtonBox>
#include <QFileInfo>
#include <QHeaderView>
#include <QLocale>
#include <QVBoxLayout>

namespace countersign {

namespace {

QString numberText(std::size_t number)
{
    return QLocale().toString(static_cast<qulonglong>(number));
}

QString addressesText(std::size_t number)
{
    return number == 1 ? AddressImportDialog::tr("1 address")
                       : AddressImportDialog::tr("%1 addresses").arg(numberText(number));
}

/// What weighs more than how many entries there are: who may be paid, and who not, afterwards.
QString consequenceOf(const AddressChanges& changes)
{
    QStringList sentences;
    const auto tell = [&sentences](std::size_t number, const QString& sentence) {
        if (number > 0) {
            sentences << sentence.arg(addressesText(number));
        }
    };
    tell(changes.noLongerBlocked, AddressImportDialog::tr("%1 will no longer be in the list block."));
    tell(changes.newlyAllowed, AddressImportDialog::tr("%1 will be new in the list allow."));
    tell(changes.newlyBlocked, AddressImportDialog::tr("%1 will be new in the list block."));
    tell(changes.noLongerAllowed, AddressImportDialog::tr("%1 will no longer be in the list allow."));
    return sentences.join(u'\n');
}

}  // namespace

AddressImportDialog::AddressImportDialog(AddressControl& control, const QString& file, QWidget* parent)
    : QDialog(parent), m_control(control), m_fileName(QFileInfo(file).fileName())
{
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Import addresses"));
    build();
    connect(m_import, &QPushButton::clicked, this, &AddressImportDialog::import);
    connect(m_compared, &QCheckBox::toggled, this, &AddressImportDialog::updateImport);
    connect(&m_control, &AddressControl::readyChanged, this, &AddressImportDialog::updateImport);
    setPhase(Phase::Reading);
    m_control.readImport(this, file, [this](const Result<AddressControl::ImportPtr>& read) { take(read); });
}

void AddressImportDialog::build()
{
    m_sentence = plainLabel(tr("Reading %1 …").arg(visibleText(m_fileName.toStdString())), this,
                            Theme::font(1.0, QFont::DemiBold));
    m_sentence->setWordWrap(true);
    m_facts = new FactGrid(this);
    m_consequence = plainLabel({}, this, Theme::font(1.0, QFont::DemiBold));
    m_consequence->setWordWrap(true);
    m_likeness = plainLabel({}, this);
    m_likeness->setProperty("role", QStringLiteral("bad"));
    m_likeness->setWordWrap(true);
    m_lookAlikes = new LookAlikeModel(this);
    m_table = new DataTable(this);
    m_table->setModel(m_lookAlikes);
    m_table->setAccessibleName(tr("Addresses that look like others"));
    m_table->setColumnWidths({wholeAddressWidth(), 160, 110});
    m_table->setStretchColumn(LookAlikeModel::Name);
    m_compared = new QCheckBox(this);
    auto* buttons = new QDialogButtonBox(this);
    m_close = buttons->addButton(QDialogButtonBox::Cancel);
    m_import = buttons->addButton(tr("Import"), QDialogButtonBox::ActionRole);
    setRole(m_import, QStringLiteral("primary"));
    m_import->setDefault(true);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(16, 16, 16, 16);
    layout->setSpacing(12);
    layout->addWidget(m_sentence);
    layout->addWidget(m_facts);
    layout->addWidget(m_consequence);
    layout->addWidget(m_likeness);
    layout->addWidget(m_table, 1);
    layout->addWidget(m_compared);
    layout->addStretch(0);
    layout->addWidget(buttons);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    for (QWidget* part : QList<QWidget*>{m_facts, m_consequence, m_likeness, m_table, m_compared}) {
        part->hide();
    }
    setMinimumWidth(560);
}

void AddressImportDialog::setPhase(Phase phase)
{
    m_phase = phase;
    updateImport();
}

void AddressImportDialog::take(const Result<AddressControl::ImportPtr>& read)
{
    if (!read) {
        m_sentence->setText(tr("Nothing was imported. %1").arg(read.error().sentence));
        m_close->setText(tr("Close"));
        return setPhase(Phase::Refused);
    }
    m_read = *read;
    const AddressChanges& changes = m_read->changes;
    m_sentence->setText(
        tr("%1 has %2. Nothing is written before you import.")
            .arg(visibleText(m_fileName.toStdString()), addressesText(m_read->entries.size())));
    showFacts(changes);
    showLookAlikes(changes);
    const std::size_t number = changes.added + changes.changed;
    m_import->setText(number == 0 ? tr("Import") : tr("Import %1").arg(addressesText(number)));
    if (number == 0) {
        m_close->setText(tr("Close"));
    }
    setPhase(Phase::Shown);
}

void AddressImportDialog::showFacts(const AddressChanges& changes)
{
    m_facts->clear();
    m_facts->add(tr("New"), numberText(changes.added));
    m_facts->add(tr("Changed"), numberText(changes.changed),
                 tr("Name, tags and lists of the file take the place of those that are there."));
    m_facts->add(tr("Unchanged"), numberText(changes.unchanged));
    m_facts->show();
    m_consequence->setText(consequenceOf(changes));
    m_consequence->setVisible(!m_consequence->text().isEmpty());
}

void AddressImportDialog::showLookAlikes(const AddressChanges& changes)
{
    const std::size_t number = changes.lookAlikes.size();
    for (QWidget* part : QList<QWidget*>{m_likeness, m_table, m_compared}) {
        part->setVisible(number > 0);
    }
    if (number == 0) {
        return;
    }
    const QString rest =
        number > static_cast<std::size_t>(LookAlikeModel::mostShown)
            ? tr(" The first %1 are shown.").arg(QLocale().toString(LookAlikeModel::mostShown))
            : QString();
    m_likeness->setText((number == 1
                             ? tr("1 address begins and ends like another one. Somebody may have made "
                                  "it so. Compare every character.")
                             : tr("%1 addresses begin and end like others. Somebody may have made them "
                                  "so. Compare every character.")
                                   .arg(numberText(number))) +
                        rest);
    m_compared->setText(
        number == 1
            ? tr("I compared both: it is another address, and it is right")
            : tr("I compared all %1: they are other addresses, and they are right").arg(numberText(number)));
    m_lookAlikes->show(changes.lookAlikes);
    resize(std::max(width(), 820), std::max(height(), 460));
}

void AddressImportDialog::updateImport()
{
    const bool isShown = m_phase == Phase::Shown;
    const bool hasSomething = m_read && m_read->changes.added + m_read->changes.changed > 0;
    const bool isCompared = m_compared->isHidden() || m_compared->isChecked();
    m_import->setVisible(m_phase != Phase::Refused && m_phase != Phase::Done);
    m_import->setEnabled(isShown && hasSomething && isCompared && m_control.isReady());
}

void AddressImportDialog::import()
{
    if (!m_import->isEnabled()) {
        return;
    }
    setPhase(Phase::Importing);
    const bool hasLookAlikes = !m_read->changes.lookAlikes.empty();
    m_control.import(
        this, m_read,
        hasLookAlikes ? AddressControl::OnLookAlike::Accept : AddressControl::OnLookAlike::Refuse,
        [this](const Result<AddressChanges>& changes) {
            if (changes) {
                setPhase(Phase::Done);
                accept();
                return;
            }
            m_sentence->setText(tr("Nothing was imported. %1").arg(changes.error().sentence));
            m_close->setText(tr("Close"));
            setPhase(Phase::Refused);
        });
}

}  // namespace countersign
