/**
 * The id of an extra field in the directory of an archive: the number of objects in a type file, or, in a file of
 * metadata, how many of them are being deleted. So the contents of an archive are known without reading it all. The
 * id ("ob") is not registered (PKWARE APPNOTE 6.3.9, §4.6.1); programs ignore fields that they do not know.
 */
export const COUNT = 0x626f;
