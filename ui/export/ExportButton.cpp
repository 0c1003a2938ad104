#include "ui/export/ExportButton.h"

#include "ui/export/ExportDialog.h"
#include "ui/theme/Icons.h"

#include <QFileDialog>
#include <QMenu>

namespace countersign {

ExportButton::ExportButton(ProfileReader& reader, QString listName, QList<Format> formats, QWidget* parent)
    : QPushButton(parent), m_reader(reader), m_listName(std::move(listName)), m_formats(std::move(formats))
{
    // An icon alone: beside the filters of a list there is no room for another word.
    setIcon(themeIcon(QStringLiteral("export")));
    setToolTip(tr("Export: writes everything that the filter shows into a file"));
    setAccessibleName(tr("Export what the filter shows"));
    auto* menu = new QMenu(this);
    for (const Format& format : m_formats) {
        connect(menu->addAction(format.name), &QAction::triggered, this, [this, format] { choose(format); });
    }
    setMenu(menu);
}

void ExportButton::choose(const Format& format)
{
    auto* dialog = new QFileDialog(this, tr("Export"), QString(), tr("%1 files (*.%1)").arg(format.ending));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(format.ending);
    dialog->selectFile(m_listName + u'.' + format.ending);
    connect(dialog, &QFileDialog::fileSelected, this,
            [this, format](const QString& file) { begin(file, format); });
    dialog->open();
}

ExportDialog* ExportButton::exportTo(const QString& file, const QString& ending)
{
    for (const Format& format : m_formats) {
        if (format.ending == ending) {
            return begin(file, format);
        }
    }
    return nullptr;
}

ExportDialog* ExportButton::begin(const QString& file, const Format& format)
{
    auto* dialog = new ExportDialog(m_reader.file(), file, window());
    dialog->start(format.write());
    dialog->show();
    return dialog;
}

}  // namespace countersign
