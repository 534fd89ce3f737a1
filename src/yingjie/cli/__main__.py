from yingjie.cli import main

main()
